import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFile, rm, stat } from 'node:fs/promises';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { parseTestUsers, stepUpAcr, type TestUser } from '../../stack/oidc/test-users.ts';
import { startOidc, type OidcServer } from '../../stack/servers/oidc.ts';
import { stopAll } from '../../stack/process/process.ts';
import { openState, type StateFolder } from '../../stack/state/state.ts';

const redirect = 'http://127.0.0.1:49999/callback';
let state: StateFolder;
let server: OidcServer;
let users: TestUser[];

before(async () => {
  state = await openState(await mkdtemp(join(tmpdir(), 'airlock-oidc-')));
  server = await startOidc(state);
  users = parseTestUsers(JSON.parse(await readFile(server.usersFile, 'utf8')));
});
after(async () => {
  await stopAll(state);
  await rm(state.path, { recursive: true });
});

test('four users sign in, and the ID token has the claims that a decision needs', async () => {
  const groups = [];
  for (const user of users) {
    const { token, nonce } = await idToken(user);
    const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(`${server.issuer}/jwks`)), {
      issuer: server.issuer,
      audience: 'airlock-decision',
      algorithms: ['ES256'],
    });
    assert.equal(payload.sub, user.username);
    assert.equal(payload['nonce'], nonce);
    assert.equal((payload.exp ?? 0) - (payload.iat ?? 0), 300);
    assert.ok(Math.abs(Number(payload['auth_time']) - Date.now() / 1000) < 10);
    groups.push(payload['groups']);
  }
  assert.deepEqual(groups, [['sre'], ['lead'], ['owner'], ['sre']]);
});

test('users, keys and issuer survive a restart, in files that only their owner can read', async () => {
  const keys = join(state.path, 'oidc/keys/keys.json');
  const kept = await readFile(keys, 'utf8');
  await stopAll(state);
  assert.deepEqual(await startOidc(state), server);
  assert.equal(await readFile(keys, 'utf8'), kept);
  assert.deepEqual(parseTestUsers(JSON.parse(await readFile(server.usersFile, 'utf8'))), users);
  assert.equal((await stat(keys)).mode & 0o777, 0o600);
  assert.equal((await stat(server.usersFile)).mode & 0o777, 0o600);
  assert.equal((await stat(join(keys, '..'))).mode & 0o777, 0o700);
});

test('a wrong password shows the form again, with a message and without the password', async () => {
  const { form, post } = await openForm({});
  assert.match(form, /<label for="username">/);
  const answer = await post({ username: 'lea', password: 'guess<script>' });
  assert.equal(answer.status, 401);
  const html = await answer.text();
  assert.match(html, /role="alert">User name or password is wrong\./);
  assert.doesNotMatch(html, /guess/);
});

test('a form without a sign-in and a form that is too large are refused', async () => {
  assert.equal((await fetch(`${server.issuer}/interaction/invented`)).status, 400);
  const { post } = await openForm({});
  assert.equal((await post({ username: 'lea', password: 'x'.repeat(10_000) })).status, 413);
});

test('no PKCE, plain PKCE, another redirect URI and an unknown client are refused before the form', async () => {
  const wrong: Record<string, string | undefined>[] = [
    { code_challenge: undefined, code_challenge_method: undefined },
    { code_challenge_method: 'plain' },
    { redirect_uri: 'http://127.0.0.1:49999/elsewhere' },
    { redirect_uri: 'http://attacker.example/callback' },
    { client_id: 'airlock' },
    { response_type: 'id_token' },
  ];
  for (const change of wrong) {
    const { response } = await authorize(change);
    const location = response.headers.get('location') ?? '';
    assert.ok(!location.includes('/interaction/'), JSON.stringify(change));
    assert.ok(response.status >= 400 || location.includes('error='), JSON.stringify(change));
  }
});

test('no refresh token is issued, even on request; a code works once, and only with its verifier', async () => {
  const user = users[1] as TestUser;
  const { code } = await signInForCode(user, { scope: 'openid groups offline_access' });
  assert.equal((await exchange(code, 'x'.repeat(43))).status, 400);
  const fresh = await signInForCode(user, {});
  const tokens = (await (await exchange(fresh.code, fresh.verifier)).json()) as Record<string, string>;
  assert.deepEqual(Object.keys(tokens).sort(), ['access_token', 'expires_in', 'id_token', 'scope', 'token_type']);
  assert.equal((await exchange(fresh.code, fresh.verifier)).status, 400);
});

test('the login page shows every field of the details, with untrusted text escaped', async () => {
  const { form } = await openForm({ authorization_details: detailsOf('</dd><script>alert(1)</script>\u202eabc') });
  for (const shown of [dossier, 'approve', 'east', '&#60;/dd&#62;&#60;script&#62;alert(1)', '\\u{202e}abc'])
    assert.ok(form.includes(shown), shown);
  assert.ok(!form.includes('<script>'));
  assert.ok(!form.includes('\u202e'));
  assert.match((await openForm({})).form, /did not say what the sign-in is for/);
});

test('the ID token contains exactly what the page showed, and nothing if the page showed nothing', async () => {
  const details = detailsOf('Scale web from 4 to 6');
  const shown = await idToken(users[1] as TestUser, { authorization_details: details });
  assert.deepEqual(decodeJwt(shown.token)['authorization_details'], JSON.parse(details));
  const other = await idToken(users[1] as TestUser);
  assert.equal(decodeJwt(other.token)['authorization_details'], undefined);
});

test('details that the page cannot show are refused before the form', async () => {
  const [own] = JSON.parse(detailsOf('Scale web from 4 to 6')) as object[];
  const wrong = [
    '{',
    '{}',
    JSON.stringify([{ ...own, type: 'payment' }]),
    JSON.stringify([{ ...own, hidden: 'x' }]),
    JSON.stringify([{ ...own, verb: 'look' }]),
    JSON.stringify([own, {}]),
    JSON.stringify(Array(51).fill(own)),
  ];
  for (const authorization_details of wrong) {
    const { response } = await authorize({ authorization_details });
    assert.match(response.headers.get('location') ?? '', /error=invalid_authorization_details/, authorization_details);
  }
});

test('a browser with a session sees the details too, and no code is issued without the page', async () => {
  const { session } = await signInForCode(users[1] as TestUser, {});
  const withSession = async (change: Parameters) => (await authorize(change, session)).response.headers.get('location');
  assert.match((await withSession({ prompt: undefined })) ?? '', /code=/, 'this browser has no session');
  const details = { authorization_details: detailsOf('Scale web from 4 to 6') };
  assert.match((await withSession({ ...details, prompt: undefined })) ?? '', /\/interaction\//);
  assert.match((await withSession({ ...details, prompt: 'none' })) ?? '', /error=interaction_required/);
});

test('a step-up asks for the code of the user, and only then gives its acr', async () => {
  const user = users[1] as TestUser;
  const stepUp = { acr_values: stepUpAcr };
  const { form, post } = await openForm(stepUp);
  assert.match(form, /<label for="code">/);
  for (const code of [{}, { code: '' }, { code: user.password }, { code: (users[0] as TestUser).code }]) {
    const answer = await post({
      username: user.username,
      password: user.password,
      ...(code as Record<string, string>),
    });
    assert.equal(answer.status, 401);
  }
  const strong = decodeJwt((await idToken(user, stepUp)).token);
  assert.deepEqual([strong['acr'], strong['amr']], [stepUpAcr, ['pwd', 'otp', 'mfa']]);
  const weak = decodeJwt((await idToken(user)).token);
  assert.deepEqual([weak['acr'], weak['amr']], [undefined, ['pwd']]);
});

const dossier = `sha256:${'7'.repeat(64)}`;

function detailsOf(summary: string): string {
  return JSON.stringify([{ type: 'airlock_decision', cluster: 'east', summary, verb: 'approve', dossier }]);
}

type Parameters = Record<string, string | undefined>;

async function authorize(change: Parameters, cookie = '') {
  const verifier = randomBytes(32).toString('base64url');
  const nonce = randomBytes(16).toString('base64url');
  const parameters: Parameters = {
    client_id: 'airlock-decision',
    response_type: 'code',
    scope: 'openid groups',
    redirect_uri: redirect,
    prompt: 'login',
    nonce,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...change,
  };
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const url = `${server.issuer}/auth?${new URLSearchParams(given).toString()}`;
  return { response: await fetch(url, { redirect: 'manual', headers: { cookie } }), verifier, nonce };
}

async function openForm(change: Parameters) {
  const { response, verifier, nonce } = await authorize(change);
  const url = new URL(response.headers.get('location') ?? '', server.issuer).href;
  const cookie = cookiesOf(response);
  const form = await (await fetch(url, { headers: { cookie } })).text();
  const post = (fields: Record<string, string>) =>
    fetch(url, { method: 'POST', redirect: 'manual', headers: { cookie }, body: new URLSearchParams(fields) });
  return { form, post, cookie, verifier, nonce };
}

async function signInForCode({ username, password, code: secondCode }: TestUser, change: Parameters) {
  const { post, cookie, verifier, nonce } = await openForm(change);
  const back = (await post({ username, password, code: secondCode })).headers.get('location') ?? '';
  const end = await fetch(back, { redirect: 'manual', headers: { cookie } });
  const code = new URL(end.headers.get('location') ?? '').searchParams.get('code') ?? '';
  return { code, verifier, nonce, session: cookiesOf(end) };
}

function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
}

function exchange(code: string, verifier: string): Promise<Response> {
  const fields = { grant_type: 'authorization_code', client_id: 'airlock-decision', redirect_uri: redirect, code };
  return fetch(`${server.issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({ ...fields, code_verifier: verifier }),
  });
}

async function idToken(user: TestUser, change: Parameters = {}): Promise<{ token: string; nonce: string }> {
  const { code, verifier, nonce } = await signInForCode(user, change);
  const tokens = (await (await exchange(code, verifier)).json()) as { id_token: string };
  return { token: tokens.id_token, nonce };
}
