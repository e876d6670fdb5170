import { Agent, request } from 'node:http';
import { AirlockError } from '../src/domain/error.ts';

/** One key and its value as JSON. */
export interface Entry {
  key: string;
  value: unknown;
}

/** Below etcd's request limit of 1.5 MiB after base64, and its 128 operations of a transaction. */
const mostBytes = 700_000;
const mostOperations = 100;

/** Writes entries through etcd's JSON gateway (etcd.io, api_grpc_gateway), several transactions at a time. */
export async function putAll(url: string, entries: readonly Entry[]): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  try {
    await Promise.all(batches(entries).map((batch) => transact(url, agent, batch)));
  } finally {
    agent.destroy();
  }
}

type Put = { requestPut: { key: string; value: string } };

function batches(entries: readonly Entry[]): Put[][] {
  const all: Put[][] = [];
  let batch: Put[] = [];
  let bytes = 0;
  for (const { key, value } of entries) {
    const put = { requestPut: { key: base64(key), value: base64(JSON.stringify(value)) } };
    const size = put.requestPut.key.length + put.requestPut.value.length;
    if (batch.length >= mostOperations || (batch.length > 0 && bytes + size > mostBytes)) {
      all.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(put);
    bytes += size;
  }
  return batch.length > 0 ? [...all, batch] : all;
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

function transact(url: string, agent: Agent, success: Put[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request(`${url}/v3/kv/txn`, { method: 'POST', agent, timeout: 20_000 });
    call.once('error', reject);
    call.once('timeout', () => call.destroy(new Error('etcd of the sandbox did not answer within 20 s')));
    call.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(refusal(response.statusCode, text));
      });
    });
    call.end(JSON.stringify({ success }));
  });
}

function refusal(status: number | undefined, text: string): AirlockError {
  const message = `etcd of the sandbox refused the snapshot: ${String(status)} ${text.slice(0, 300)}`;
  return new AirlockError({ code: 'sandbox-etcd', message, next: 'retry' });
}
