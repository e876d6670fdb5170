import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { waitFor } from '../../platform/wait-for.ts';
import { createVaultSession } from './session.ts';

// A server that answers as Vault does, for what a real Vault shows only after minutes: tokens that end. A real Vault
// serves the other tests.

const invalid = { status: 403, body: { errors: ['2 errors occurred:\n\t* permission denied\n\t* invalid token'] } };
const auth = (token: string, seconds: number) => ({
  status: 200,
  body: { auth: { client_token: token, lease_duration: seconds } },
});
type Answers = Record<string, (token: string, times: number) => { status: number; body: object }>;

const identity = (change: object = {}): object => ({
  roleId: 'r',
  secretId: 's',
  accessor: 'a',
  issuedAt: new Date().toISOString(),
  expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
  ...change,
});

async function sessionOn(t: TestContext, answers: Answers, mode = 0o600) {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace('/v1/', '');
    paths.push(path);
    const times = paths.filter((one) => one === path).length;
    const { status, body } = answers[path]?.(String(request.headers['x-vault-token'] ?? ''), times) ?? invalid;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const folder = await mkdtemp(join(tmpdir(), 'airlock-session-'));
  const identityFile = join(folder, 'identity.json');
  await writeFile(identityFile, JSON.stringify(identity()), { mode });
  const session = createVaultSession({
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    identityFile,
  });
  t.after(async () => {
    session[Symbol.dispose]();
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });
  const count = (path: string): number => paths.filter((one) => one === path).length;
  return { session, count, identityFile };
}

const login = 'auth/approle/login';
const renewal = 'auth/token/renew-self';

test('concurrent requests log in once', async (t) => {
  const { session, count } = await sessionOn(t, {
    [login]: () => auth('one', 60),
    x: (token) => ({ status: 200, body: { token } }),
  });
  const answers = await Promise.all([session.request('GET', 'x'), session.request('GET', 'x')]);
  assert.deepEqual(answers, [{ token: 'one' }, { token: 'one' }]);
  assert.equal(count(login), 1);
});

test('renews a token at half its life as long as Vault extends it, then logs in again', async (t) => {
  const { session, count } = await sessionOn(t, {
    [login]: (_, times) => auth(`token-${times}`, 1),
    [renewal]: (_, times) => auth('', times < 3 ? 1 : 0.2),
    x: (token) => ({ status: 200, body: { token } }),
  });
  await session.request('GET', 'x');
  await waitFor({ what: 'the third renewal', every: 50, within: 10_000 }, () => count(renewal) >= 3);
  assert.equal(count(login), 1);
  // The session uses the first token until it has read the answer to that renewal, which fixed the end of the token.
  await waitFor({ what: 'a request with the second token', every: 10, within: 2_000 }, async () => {
    return (await session.request('GET', 'x')).token === 'token-2';
  });
  assert.equal(count(login), 2);
});

test('logs in again and retries once when the token is not valid any more', async (t) => {
  const { session, count } = await sessionOn(t, {
    [login]: (_, times) => auth(`token-${times}`, 60),
    x: (token) => (token === 'token-2' ? { status: 200, body: { ok: true } } : invalid),
  });
  assert.deepEqual(await session.request('GET', 'x'), { ok: true });
  assert.deepEqual([count(login), count('x')], [2, 2]);
});

test('does not try a third time when Vault rejects a fresh token', async (t) => {
  const { session, count } = await sessionOn(t, { [login]: () => auth('bad', 60) });
  await assert.rejects(session.request('GET', 'x'), {
    code: 'vault-login-failed',
    next: 'ask',
    message: /rejects a token that it has just issued/,
  });
  assert.deepEqual([count(login), count('x')], [2, 2]);
});

test('does not log in again when the policy lacks a right', async (t) => {
  const denied = { status: 403, body: { errors: ['1 error occurred:\n\t* permission denied'] } };
  const { session, count } = await sessionOn(t, { [login]: () => auth('one', 60), x: () => denied });
  await assert.rejects(session.request('GET', 'x'), { code: 'vault-denied', next: 'stop' });
  assert.equal(count(login), 1);
});

test('logs in again after a failed login', async (t) => {
  const sealed = { status: 503, body: { errors: ['Vault is sealed'] } };
  const { session } = await sessionOn(t, {
    [login]: (_, times) => (times === 1 ? sealed : auth('one', 60)),
    x: () => ({ status: 200, body: { ok: true } }),
  });
  await assert.rejects(session.request('GET', 'x'), { code: 'vault-unavailable', next: 'retry' });
  assert.deepEqual(await session.request('GET', 'x'), { ok: true });
});

const unknownSecretId = { status: 400, body: { errors: ['invalid role or secret ID'] } };

test('logs in with the new secret id when the old one was replaced after it was read', async (t) => {
  const { session, count, identityFile } = await sessionOn(t, {
    [login]: (_, times) => {
      if (times > 1) return auth('one', 60);
      writeFileSync(identityFile, JSON.stringify(identity({ secretId: 't', accessor: 'b' })));
      return unknownSecretId;
    },
    x: () => ({ status: 200, body: { ok: true } }),
  });
  assert.deepEqual(await session.request('GET', 'x'), { ok: true });
  assert.equal(count(login), 2);
});

for (const [end, why] of [
  [-1000, /secret id ended at 20.*run the set-up of Vault again/],
  [3_600_000, /was ended before its time.*run the set-up of Vault again/],
] as const) {
  test(`says what to do about a secret id that Vault does not know, ${end} ms before its end`, async (t) => {
    const { session, count, identityFile } = await sessionOn(t, { [login]: () => unknownSecretId });
    await writeFile(identityFile, JSON.stringify(identity({ expiresAt: new Date(Date.now() + end).toISOString() })));
    await assert.rejects(session.request('GET', 'x'), { code: 'vault-login-ended', next: 'ask', message: why });
    assert.equal(count(login), 1);
  });
}

test('no error contains the token or the login', async (t) => {
  const { session } = await sessionOn(t, {
    [login]: () => auth('hvs.very-secret', 60),
    x: () => ({ status: 500, body: { errors: ['internal error'] } }),
  });
  const error: unknown = await session
    .request('POST', 'x', { password: 'also-secret' })
    .catch((thrown: unknown) => thrown);
  const { inspect } = await import('node:util');
  assert.doesNotMatch(inspect(error, { depth: 9, showHidden: true }), /very-secret|also-secret/);
});

test('refuses an identity file that others may read', async (t) => {
  const { session } = await sessionOn(t, {}, 0o644);
  await assert.rejects(session.request('GET', 'x'), {
    code: 'bad-input',
    message: /other users have permissions on this file/,
  });
});

test('does not quote a malformed identity file', async (t) => {
  const { session, identityFile } = await sessionOn(t, {});
  await writeFile(identityFile, '{"roleId": "r", "secretId": very-secret}');
  await assert.rejects(session.request('GET', 'x'), ({ message }: Error) => !message.includes('very-secret'));
});

test('reports that Vault is unreachable', async (t) => {
  const { identityFile } = await sessionOn(t, {});
  using session = createVaultSession({ address: 'http://127.0.0.1:1', identityFile });
  await assert.rejects(session.request('GET', 'x'), { code: 'vault-unreachable', next: 'retry' });
});
