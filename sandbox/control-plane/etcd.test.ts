import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { listening } from '../../test/http/local-server.ts';
import { putAll } from './etcd.ts';

const entries = Array.from({ length: 40 }, (_, index) => ({ key: `/registry/pods/${index}`, value: { ü: index } }));

test('writes each entry with a put of its own, in base64', async (t) => {
  const puts: unknown[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const { key, value } = JSON.parse(body) as { key: string; value: string };
      const text = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');
      puts.push({ at: `${request.method} ${request.url}`, key: text(key), value: JSON.parse(text(value)) as unknown });
      response.end('{}');
    });
  });
  await putAll(`http://${await listening(t, server)}`, entries);
  const sent = entries.map((entry) => ({ at: 'POST /v3/kv/put', ...entry }));
  assert.deepEqual(new Set(puts), new Set(sent));
  assert.equal(puts.length, entries.length);
});

test('a refused put is an error that names its key', async (t) => {
  const server = createServer((_, response) => response.writeHead(400).end('no space'));
  await assert.rejects(putAll(`http://${await listening(t, server)}`, entries.slice(0, 1)), {
    code: 'sandbox-etcd-failed',
    message: 'etcd of the sandbox refused the key /registry/pods/0 with status 400 (no space): rehearse again',
  });
});
