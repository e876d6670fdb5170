import { toBase64 } from '../../src/lib/base64.ts';
import { AirlockError } from '../../src/lib/error.ts';
import { createHttpClient, type HttpClient } from '../../src/platform/http/http-client.ts';

/** A key of etcd, and its value. `putAll` writes the value as JSON. */
export interface Entry {
  key: string;
  value: unknown;
}

const connections = 16;
const deadlines = { headersMs: 20_000, bodyMs: 20_000, totalMs: 60_000 };
/** Size limit of etcd's answer to one put. */
const maxBytes = 1024 * 1024;

/**
 * Writes entries through the JSON gateway of etcd (`url`), one put request per entry. A transaction would give all its
 * keys the same revision. When the API server's watch cache has the first of these keys, the API server considers the
 * cache complete up to this revision. A read from the cache could then miss the other keys.
 * @throws AirlockError `sandbox-etcd-failed` if etcd refuses an entry. The message names the key.
 */
export async function putAll(url: string, entries: readonly Entry[]): Promise<void> {
  using client = createHttpClient({ origin: url, connections, deadlines, maxBytes });
  const remaining = entries.values(); // one iterator for all workers, so each entry is written once
  const worker = async (): Promise<void> => {
    for (const entry of remaining) await put(client, entry);
  };
  await Promise.all(Array.from({ length: connections }, worker));
}

function toBase64Text(text: string): string {
  return toBase64(new TextEncoder().encode(text));
}

async function put(client: HttpClient, { key, value }: Entry): Promise<void> {
  const json = { key: toBase64Text(key), value: toBase64Text(JSON.stringify(value)) };
  const answer = await client.request({ method: 'POST', path: '/v3/kv/put', json });
  if (answer.status === 200) return;
  const problem = `status ${answer.status} (${answer.text().slice(0, 300)})`;
  const message = `etcd of the sandbox refused the key ${key} with ${problem}: rehearse again`;
  throw new AirlockError({ code: 'sandbox-etcd-failed', message });
}
