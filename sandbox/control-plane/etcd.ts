import { toBase64 } from '../../src/lib/base64.ts';
import { AirlockError } from '../../src/lib/error.ts';
import { createHttpClient, type HttpClient } from '../../src/platform/http/http-client.ts';

/** A key of etcd and its value. The value is stored as JSON. */
export interface Entry {
  key: string;
  value: unknown;
}

const parallel = 16;
const deadlines = { headersMs: 20_000, bodyMs: 20_000, totalMs: 60_000 };
const maxBytes = 1024 * 1024;

/**
 * Writes entries through the JSON gateway of etcd, one put request per entry. A transaction would give all its keys the
 * same revision. As soon as the API server's watch cache has the first of these keys, the API server takes the cache
 * for complete up to this revision. A read from the cache could then miss the other keys.
 * @throws AirlockError `sandbox-etcd-failed` that names the refused key.
 */
export async function putAll(url: string, entries: readonly Entry[]): Promise<void> {
  using client = createHttpClient({ origin: url, connections: parallel, deadlines, maxBytes });
  const remaining = entries.values();
  const worker = async (): Promise<void> => {
    for (const entry of remaining) await put(client, entry);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}

function base64(text: string): string {
  return toBase64(new TextEncoder().encode(text));
}

async function put(client: HttpClient, { key, value }: Entry): Promise<void> {
  const json = { key: base64(key), value: base64(JSON.stringify(value)) };
  const answer = await client.request({ method: 'POST', path: '/v3/kv/put', json });
  if (answer.status === 200) return;
  const message = `etcd of the sandbox refused ${key}: ${answer.status} ${answer.text().slice(0, 300)}; rehearse again`;
  throw new AirlockError({ code: 'sandbox-etcd-failed', message });
}
