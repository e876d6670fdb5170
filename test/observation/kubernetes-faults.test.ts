import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { createKubernetesApi } from '../../src/adapters/kubernetes/api.ts';
import { resourceMappingOf, type ResourceMapping } from '../../src/domain/kubernetes/resource-mapping.ts';
import { Secret } from '../../src/platform/secret.ts';
import { selfSigned } from './self-signed.ts';

// Faults that a real API server does not show on demand. All other tests use a real one.

const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'settings' };
const maps = resourceMappingOf('v1', 'ConfigMap') as ResourceMapping;
const change = { object: ref, patch: [] };
const status = (reason: string, message = reason): string => JSON.stringify({ kind: 'Status', reason, message });
type Answer = (response: ServerResponse, url: string) => void;

function answer(code: number, body: string, headers: Record<string, string> = {}): Answer {
  return (response) => response.writeHead(code, headers).end(body);
}

/** A server that gives these answers in order and then repeats the last one; `requests` lists what it received. */
async function serverOf(t: TestContext, answers: Answer[]) {
  const { key, cert } = selfSigned();
  const requests: string[] = [];
  const server = createServer({ key, cert }, (request, response) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    (answers[requests.length - 1] ?? answers.at(-1))?.(response, request.url ?? '');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const api = createKubernetesApi({ url, ca: cert, token: new Secret('token-of-a-test') }, 500);
  t.after(() => {
    api[Symbol.dispose]();
    server.closeAllConnections();
    server.close();
  });
  return { api, requests, url };
}

test('lists all pages; items get the kind of their list and are otherwise unchanged', async (t) => {
  const item = (name: string) => ({ metadata: { name, creationTimestamp: '2026-01-01T00:00:00Z' }, 'x-unknown': [1] });
  const page = (items: object[], next?: string): string => JSON.stringify({ metadata: { continue: next }, items });
  const { api, requests } = await serverOf(t, [
    answer(200, page([item('a')], 'more/&')),
    answer(200, page([item('b')])),
  ]);
  const kind = { apiVersion: 'v1', kind: 'ConfigMap' };
  assert.deepEqual(await api.list(maps, 'shop'), [
    { ...item('a'), ...kind },
    { ...item('b'), ...kind },
  ]);
  assert.equal(requests[1], 'GET /api/v1/namespaces/shop/configmaps?limit=500&continue=more%2F%26');
});

test('repeats a read after the time in Retry-After', async (t) => {
  const busy = answer(429, status('TooManyRequests'), { 'retry-after': '0' });
  const { api, requests } = await serverOf(t, [busy, busy, answer(200, '{"metadata":{"name":"settings"}}')]);
  assert.equal((await api.get(ref))?.metadata.name, 'settings');
  assert.equal(requests.length, 3);
});

test('too many requests: a read gives up after two more attempts, a write after the first', async (t) => {
  const { api, requests } = await serverOf(t, [answer(429, status('TooManyRequests'), { 'retry-after': '0' })]);
  const error = { code: 'kubernetes-too-many-requests', next: 'retry', details: { status: 429, retryAfterSeconds: 0 } };
  await assert.rejects(api.get(ref), error);
  assert.equal(requests.length, 3);
  await assert.rejects(api.patch(change, { dryRun: false }), error);
  assert.equal(requests.length, 4);
});

test('does not wait for a long Retry-After', async (t) => {
  const { api, requests } = await serverOf(t, [answer(503, status('ServiceUnavailable'), { 'retry-after': '60' })]);
  await assert.rejects(api.get(ref), { code: 'kubernetes-service-unavailable', next: 'retry' });
  assert.equal(requests.length, 1);
});

for (const code of [401, 403]) {
  test(`does not repeat a request after ${code}`, async (t) => {
    const { api, requests } = await serverOf(t, [answer(code, status('Forbidden'), { 'retry-after': '0' })]);
    await assert.rejects(api.get(ref), { code: 'kubernetes-forbidden', next: 'stop' });
    assert.equal(requests.length, 1);
  });
}

test('recognises a refusal by admission, whatever its status', async (t) => {
  const words = "ValidatingAdmissionPolicy 'p' with binding 'p' denied request: no";
  const { api } = await serverOf(t, [answer(422, status('Invalid', words))]);
  await assert.rejects(api.patch(change, { dryRun: false }), { code: 'kubernetes-forbidden', next: 'stop' });
});

const silent: Record<string, Answer> = {
  'no response': () => undefined,
  'half a response': (response) => response.writeHead(200).write('{"metadata":'),
  'a slow trickle of bytes': (response) => {
    response.writeHead(200);
    const drip = setInterval(() => response.write(' '), 50);
    response.on('close', () => clearInterval(drip));
  },
  'a connection that is cut': (response) => response.destroy(),
  'no JSON': answer(200, '<html>'),
};
for (const [name, fault] of Object.entries(silent)) {
  test(`unreachable within the deadline: ${name}`, async (t) => {
    const { api } = await serverOf(t, [fault]);
    const from = Date.now();
    await assert.rejects(api.patch(change, { dryRun: false }), {
      code: 'kubernetes-unreachable',
      next: 'retry',
      message: /read the object before you write again|is not JSON/,
    });
    assert.ok(Date.now() - from < 3_000);
  });
}

test('cuts and escapes the message of a server', async (t) => {
  const { api } = await serverOf(t, [answer(400, status('BadRequest', `\u001b[2J\u202e${'x'.repeat(10_000)}`))]);
  await assert.rejects(
    api.get(ref),
    ({ message }: Error) => message.length < 700 && message.includes('\\u{1b}[2J\\u{202e}'),
  );
});

test('refuses a certificate of another authority, even when the environment disables verification', async (t) => {
  const { url } = await serverOf(t, [answer(200, '{}')]);
  const [before, name] = [process.env['NODE_TLS_REJECT_UNAUTHORIZED'], 'NODE_TLS_REJECT_UNAUTHORIZED'];
  t.after(() => (before === undefined ? delete process.env[name] : (process.env[name] = before)));
  process.env[name] = '0';
  using stranger = createKubernetesApi({ url, ca: selfSigned().cert, token: new Secret('x') });
  await assert.rejects(stranger.get(ref), { code: 'kubernetes-unreachable' });
});

test('refuses an unknown kind before sending a request', async (t) => {
  const { api, requests } = await serverOf(t, [answer(200, '{}')]);
  await assert.rejects(api.get({ ...ref, kind: 'Secret' }), { code: 'kubernetes-unknown-kind' });
  await assert.rejects(api.get({ apiVersion: 'v1', kind: 'ConfigMap', name: 'x' }), {
    code: 'kubernetes-unknown-kind',
  });
  assert.deepEqual(requests, []);
});
