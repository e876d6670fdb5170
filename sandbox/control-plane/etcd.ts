import { Agent, request } from 'node:http';
import { AirlockError } from '../../src/lib/error.ts';

/** One key and its value as JSON. */
export interface Entry {
  key: string;
  value: unknown;
}

const parallel = 16;

/**
 * Writes entries through etcd's JSON gateway. One put each, never several in a transaction: keys of one transaction
 * share a revision, and the API server's watch cache counts as up to date with a revision after the first of them.
 */
export async function putAll(url: string, entries: readonly Entry[]): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: parallel });
  const waiting = entries.values();
  const work = async (): Promise<void> => {
    for (const entry of waiting) await put(url, agent, entry);
  };
  try {
    await Promise.all(Array.from({ length: parallel }, work));
  } finally {
    agent.destroy();
  }
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

function put(url: string, agent: Agent, { key, value }: Entry): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request(`${url}/v3/kv/put`, { method: 'POST', agent, timeout: 20_000 });
    call.once('error', reject);
    call.once('timeout', () => call.destroy(new Error('etcd of the sandbox did not answer within 20 s')));
    call.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(refusal(key, response.statusCode, text));
      });
    });
    call.end(JSON.stringify({ key: base64(key), value: base64(JSON.stringify(value)) }));
  });
}

function refusal(key: string, status: number | undefined, text: string): AirlockError {
  const message = `etcd of the sandbox refused ${key}: ${String(status)} ${text.slice(0, 300)}`;
  return new AirlockError({ code: 'sandbox-etcd', message, next: 'retry' });
}
