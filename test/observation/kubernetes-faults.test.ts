import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { createKubernetesApi } from '../../src/adapters/kubernetes/api.ts';
import { kindOf, type Kind } from '../../src/domain/kubernetes/resource-mapping.ts';
import { Secret } from '../../src/platform/secret.ts';
import { selfSigned } from './self-signed.ts';

// Faults that a real API server cannot be made to show at will. Everything else is tested on a real one.

const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'settings' };
const maps = kindOf('v1', 'ConfigMap') as Kind;
const change = { target: ref, patch: [] };
const status = (reason: string, message = reason): string => JSON.stringify({ kind: 'Status', reason, message });
type Answer = (response: ServerResponse, url: string) => void;

function answer(code: number, body: string, headers: Record<string, string> = {}): Answer {
  return (response) => response.writeHead(code, headers).end(body);
}

/** A server that answers as told, the last answer for ever; with how often and for what it was asked. */
async function serverOf(t: TestContext, answers: Answer[]) {
  const { key, cert } = selfSigned();
  const asked: string[] = [];
  const server = createServer({ key, cert }, (request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
    (answers[asked.length - 1] ?? answers.at(-1))?.(response, request.url ?? '');
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
  return { api, asked, url };
}

test('OK: pages are followed, items get the kind of their list and nothing else changes', async (t) => {
  const item = (name: string) => ({ metadata: { name, creationTimestamp: '2026-01-01T00:00:00Z' }, 'x-unknown': [1] });
  const page = (items: object[], next?: string): string => JSON.stringify({ metadata: { continue: next }, items });
  const { api, asked } = await serverOf(t, [answer(200, page([item('a')], 'more/&')), answer(200, page([item('b')]))]);
  const kind = { apiVersion: 'v1', kind: 'ConfigMap' };
  assert.deepEqual(await api.list(maps, 'shop'), [
    { ...item('a'), ...kind },
    { ...item('b'), ...kind },
  ]);
  assert.equal(asked[1], 'GET /api/v1/namespaces/shop/configmaps?limit=500&continue=more%2F%26');
});

test('OK: a read that is told when to come back does so', async (t) => {
  const busy = answer(429, status('TooManyRequests'), { 'retry-after': '0' });
  const { api, asked } = await serverOf(t, [busy, busy, answer(200, '{"metadata":{"name":"settings"}}')]);
  assert.equal((await api.get(ref))?.metadata.name, 'settings');
  assert.equal(asked.length, 3);
});

test('too many requests: a read gives up after two more tries, a write at once', async (t) => {
  const { api, asked } = await serverOf(t, [answer(429, status('TooManyRequests'), { 'retry-after': '0' })]);
  const error = { code: 'kubernetes-too-many-requests', next: 'retry', details: { status: 429, retryAfterSeconds: 0 } };
  await assert.rejects(api.get(ref), error);
  assert.equal(asked.length, 3);
  await assert.rejects(api.patch(change, { dryRun: false }), error);
  assert.equal(asked.length, 4);
});

test('a server that asks for a long wait is not waited for here', async (t) => {
  const { api, asked } = await serverOf(t, [answer(503, status('ServiceUnavailable'), { 'retry-after': '60' })]);
  await assert.rejects(api.get(ref), { code: 'kubernetes-service-unavailable', next: 'retry' });
  assert.equal(asked.length, 1);
});

for (const code of [401, 403]) {
  test(`${code} is asked once`, async (t) => {
    const { api, asked } = await serverOf(t, [answer(code, status('Forbidden'), { 'retry-after': '0' })]);
    await assert.rejects(api.get(ref), { code: 'kubernetes-forbidden', next: 'stop' });
    assert.equal(asked.length, 1);
  });
}

test('a refusal of admission is one, whatever its status', async (t) => {
  const words = "ValidatingAdmissionPolicy 'p' with binding 'p' denied request: no";
  const { api } = await serverOf(t, [answer(422, status('Invalid', words))]);
  await assert.rejects(api.patch(change, { dryRun: false }), { code: 'kubernetes-forbidden', next: 'stop' });
});

const silent: Record<string, Answer> = {
  'no answer': () => undefined,
  'half an answer': (response) => response.writeHead(200).write('{"metadata":'),
  'a byte now and then': (response) => {
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
      message: /read before writing again|is not JSON/,
    });
    assert.ok(Date.now() - from < 3_000);
  });
}

test('what a server says is cut and cannot act on a terminal', async (t) => {
  const { api } = await serverOf(t, [answer(400, status('BadRequest', `\u001b[2J\u202e${'x'.repeat(10_000)}`))]);
  await assert.rejects(
    api.get(ref),
    ({ message }: Error) => message.length < 700 && message.includes('\\u{1b}[2J\\u{202e}'),
  );
});

test('a certificate of another authority is refused, also where the environment says otherwise', async (t) => {
  const { url } = await serverOf(t, [answer(200, '{}')]);
  const [before, name] = [process.env['NODE_TLS_REJECT_UNAUTHORIZED'], 'NODE_TLS_REJECT_UNAUTHORIZED'];
  t.after(() => (before === undefined ? delete process.env[name] : (process.env[name] = before)));
  process.env[name] = '0';
  using stranger = createKubernetesApi({ url, ca: selfSigned().cert, token: new Secret('x') });
  await assert.rejects(stranger.get(ref), { code: 'kubernetes-unreachable' });
});

test('a kind that Airlock does not know is refused before anything is sent', async (t) => {
  const { api, asked } = await serverOf(t, [answer(200, '{}')]);
  await assert.rejects(api.get({ ...ref, kind: 'Secret' }), { code: 'kubernetes-unknown-kind' });
  await assert.rejects(api.get({ apiVersion: 'v1', kind: 'ConfigMap', name: 'x' }), {
    code: 'kubernetes-unknown-kind',
  });
  assert.deepEqual(asked, []);
});
