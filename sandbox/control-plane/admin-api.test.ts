import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { test, type TestContext } from 'node:test';
import { knownResourceMapping } from '../../src/domain/kubernetes/resource-mapping.ts';
import { listening } from '../../test/http/local-server.ts';
import { selfSigned } from '../../test/observation/self-signed.ts';
import { createAdminApi, type AdminApi } from './admin-api.ts';

const pods = knownResourceMapping('v1', 'Pod');

async function apiOf(t: TestContext, listener: (request: IncomingMessage, response: ServerResponse) => void) {
  const { key, cert } = selfSigned();
  const address = await listening(t, createServer({ key, cert }, listener));
  const api = createAdminApi({ url: `https://${address}`, ca: cert, token: 'token-of-a-test' });
  t.after(() => api[Symbol.dispose]());
  return api;
}

/** Watches to the end of the watch. */
async function watched(api: AdminApi): Promise<{ changes: string[]; reason: string }> {
  const changes: string[] = [];
  const reason = await new Promise<string>((ended) => {
    api.watch(pods, '7', {
      changed: (type, { kind, metadata }) => changes.push(`${type} ${kind} ${metadata.name}`),
      ended,
    });
  });
  return { changes, reason };
}

test('a list adds apiVersion and kind to its items, and each request has the token', async (t) => {
  const api = await apiOf(t, ({ url, headers }, response) => {
    const name = `${headers.authorization} ${url}`;
    response.end(JSON.stringify({ metadata: { resourceVersion: '7' }, items: [{ metadata: { name } }] }));
  });
  assert.deepEqual(await api.list(pods, 'shop'), {
    items: [
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'Bearer token-of-a-test /api/v1/namespaces/shop/pods' } },
    ],
    resourceVersion: '7',
  });
});

test('a watch reports each change, for any split of the bytes, and the reason of its end', async (t) => {
  const event = (type: string, name: string): string => `${JSON.stringify({ type, object: { metadata: { name } } })}\n`;
  const api = await apiOf(t, ({ url }, response) => {
    assert.equal(url, '/api/v1/pods?watch=true&resourceVersion=7');
    const text = event('ADDED', 'a') + event('MODIFIED', 'b') + event('DELETED', 'c');
    response.write(text.slice(0, 60));
    setTimeout(() => response.end(text.slice(60)), 50);
  });
  assert.deepEqual(await watched(api), {
    changes: ['ADDED Pod a', 'MODIFIED Pod b', 'DELETED Pod c'],
    reason: 'the API server closed the stream',
  });
});

test("a watch that the server refuses, or ends with an error, reports the server's message", async (t) => {
  const gone = { type: 'ERROR', object: { message: 'too old resource version' } };
  let status = 200;
  const api = await apiOf(t, (_, response) => {
    response.writeHead(status).end(JSON.stringify(status === 200 ? gone : { message: 'forbidden' }) + '\n');
  });
  assert.deepEqual(await watched(api), { changes: [], reason: 'too old resource version' });
  status = 403;
  assert.deepEqual(await watched(api), { changes: [], reason: 'forbidden' });
});

test('a watch ends when its client is disposed', async (t) => {
  const api = await apiOf(t, (_, response) => response.writeHead(200).flushHeaders());
  setTimeout(() => api[Symbol.dispose](), 100);
  assert.match((await watched(api)).reason, /the client is closed/);
});

test('a response that is not a success is an error with the message of the server', async (t) => {
  const api = await apiOf(t, ({ url }, response) => {
    response.writeHead(409).end(url === '/text' ? 'plain words' : '{"message":"already exists"}');
  });
  const post = (path: string) => ({ method: 'POST', path, body: {} }) as const;
  await assert.rejects(api.call(post('/json')), {
    code: 'sandbox-api-failed',
    message: "POST /json: the sandbox's API server answered 409 (already exists): rehearse again",
  });
  await assert.rejects(api.call(post('/text')), {
    message: "POST /text: the sandbox's API server answered 409 (plain words): rehearse again",
  });
  assert.deepEqual(await api.send(post('/json')), { status: 409, body: { message: 'already exists' } });
});
