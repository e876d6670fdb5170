import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { startSecretIdRotation } from '../../src/adapters/vault/secret-id-rotation.ts';
import { createVaultSession } from '../../src/adapters/vault/session.ts';
import { createLogger } from '../../src/platform/logger.ts';
import type { AppRoleLogin } from '../../src/platform/vault/app-role.ts';
import { createVaultClient, type VaultRequester } from '../../src/platform/vault/vault-client.ts';
import { waitFor } from '../../src/platform/wait-for.ts';
import { startHostileProxy } from './hostile-proxy.ts';
import { logIn, requestFrom, startVaultScene, type VaultScene } from './vault-scene.ts';

const gatewayRole = 'airlock-remediation-gateway';
const gatewayPath = `auth/approle/role/${gatewayRole}`;
const observePath = 'auth/approle/role/airlock-remediation-observe';
const log = createLogger('test', 'silent');
const denied = { code: 'vault-denied' };
const unknown = { code: 'vault-refused', message: /invalid role or secret ID/ };

let scene: VaultScene;
before(async () => {
  scene = await startVaultScene();
});
after(() => scene[Symbol.asyncDispose]());

const fileContent = async (file: string): Promise<AppRoleLogin> =>
  JSON.parse(await readFile(file, 'utf8')) as AppRoleLogin;
const accessors = async (): Promise<string[]> =>
  (await scene.root.request('LIST', `${gatewayPath}/secret-id`)).data.keys;

describe('a stolen secret id', () => {
  it('ends after a day, and is refused afterwards with an error that says what to do', async () => {
    const { gateway } = await scene.setUp();
    const { data } = await scene.root.write(`${gatewayPath}/secret-id/lookup`, { secret_id: gateway.secretId });
    assert.equal(data.secret_id_ttl, 86_400);

    const short = (await scene.setUp(1)).gateway;
    const identityFile = await scene.identityFile('ended', short);
    await waitFor({ what: 'the secret id to end', every: 200, within: 10_000 }, async () => {
      // Vault does this once a minute by itself. It answers 202, which the client takes for an error.
      await scene.root.write('auth/approle/tidy/secret-id', {}).catch(() => undefined);
      return !(await accessors().catch((): string[] => [])).includes(short.accessor);
    });
    using session = createVaultSession({ address: scene.address, identityFile });
    await assert.rejects(session.request('GET', 'auth/token/lookup-self'), {
      code: 'vault-login-ended',
      message: /secret id ended at .*; run the set-up of Vault again/,
    });
  });

  it('is of no use from another address, and neither is a token', async () => {
    const { roleId: role_id, secretId: secret_id } = (await scene.setUp()).gateway;
    const login = { body: { role_id, secret_id } };
    const url = `${scene.address}/v1/auth/approle/login`;
    const elsewhere = await requestFrom('127.0.0.2', url, login);
    assert.equal(elsewhere.status, 400);
    assert.match(String(elsewhere.body.errors), /source address "127\.0\.0\.2.*unauthorized by CIDR/);
    const here = await requestFrom('127.0.0.1', url, login);
    assert.equal(here.status, 200);
    const token = { token: here.body.auth.client_token as string };
    const ownToken = `${scene.address}/v1/auth/token/lookup-self`;
    assert.equal((await requestFrom('127.0.0.1', ownToken, token)).status, 200);
    assert.equal((await requestFrom('127.0.0.2', ownToken, token)).status, 403);
  });

  it('cannot lock the process out: failed logins of a role do not make Vault refuse a right one', async () => {
    const { gateway } = await scene.setUp();
    for (let failed = 0; failed < 10; failed += 1)
      await assert.rejects(logIn(scene.anybody, { ...gateway, secretId: 'wrong' }), unknown);
    await logIn(scene.anybody, gateway);
  });

  it('creates secret ids only for its own role, and with the limits of the role', async () => {
    const { gateway: stolen, observe } = await scene.setUp();
    const thief = await logIn(scene.anybody, stolen);
    await assert.rejects(thief.write(`${observePath}/secret-id`, {}), denied);
    for (const parameter of [
      { ttl: '720h' },
      { cidr_list: '0.0.0.0/0' },
      { token_bound_cidrs: '0.0.0.0/0' },
      { num_uses: 0 },
      { metadata: '{"set_up":"mine"}' },
    ])
      await assert.rejects(thief.write(`${gatewayPath}/secret-id`, parameter), denied);
    await assert.rejects(thief.write(`${gatewayPath}/custom-secret-id`, { secret_id: 'known' }), denied);
    await assert.rejects(thief.write(gatewayPath, { secret_id_ttl: '0' }), denied);
    const { data } = await thief.write(`${gatewayPath}/secret-id`, {});
    assert.equal(data.secret_id_ttl, 86_400);

    const foreign = { secret_id_accessor: observe.accessor };
    await assert.rejects(thief.write(`${observePath}/secret-id-accessor/destroy`, foreign), denied);
    await assert.rejects(thief.write(`${gatewayPath}/secret-id-accessor/destroy`, foreign));
    await logIn(scene.anybody, observe);
  });

  it('ends at the next set-up, with everything that its thief has made of it, also during the set-up', async () => {
    const { gateway: stolen } = await scene.setUp();
    const thief = await logIn(scene.anybody, stolen);
    const made: AppRoleLogin[] = [];
    const make = async (): Promise<void> => {
      const { secret_id: secretId } = (await thief.write(`${gatewayPath}/secret-id`, {})).data;
      made.push({ ...stolen, secretId });
    };
    await make();
    const second = await logIn(scene.anybody, made[0] ?? assert.fail());
    let stop = false;
    const busy = (async () => {
      while (!stop) await make().catch(() => undefined);
    })();
    const { gateway } = await scene.setUp();
    stop = true;
    await busy;
    assert.ok(made.length > 2, 'the thief was at work during the set-up');
    for (const login of [stolen, ...made]) await assert.rejects(logIn(scene.anybody, login), unknown);
    for (const token of [thief, second]) await assert.rejects(token.read('auth/token/lookup-self'), denied);
    await (await logIn(scene.anybody, gateway)).read('auth/token/lookup-self');
    assert.deepEqual(await accessors(), [gateway.accessor]);
  });
});

describe('the rotation of a secret id', () => {
  const rotate = (identityFile: string, vault: VaultRequester): AsyncDisposable =>
    startSecretIdRotation({ vault, identityFile, role: gatewayRole, log });
  const until = async (what: string, happened: () => Promise<boolean>): Promise<void> => {
    await waitFor({ what, every: 20, within: 20_000 }, happened);
  };

  it('happens before the end, fails no request, and ends the old secret id', async () => {
    const first = (await scene.setUp(2)).gateway;
    const identityFile = await scene.identityFile('rotated', first);
    const options = { address: scene.address, identityFile };
    using session = createVaultSession(options);
    await using _ = rotate(identityFile, session);
    const seen = new Set<string>();
    await until('three rotations', async () => {
      using another = createVaultSession(options); // logs in with the file as it is now
      for (const one of [session, another]) await one.request('GET', 'auth/token/lookup-self');
      seen.add((await fileContent(identityFile)).accessor);
      return seen.size > 3;
    });
    const { issuedAt, expiresAt } = await fileContent(identityFile);
    assert.equal(Date.parse(expiresAt) - Date.parse(issuedAt), 2000);
    await assert.rejects(logIn(scene.anybody, first), unknown);
    await until('only one secret id', async () => (await accessors()).length === 1);
  });

  it('leaves the old secret id valid when the new one cannot be written, ends the new one, and tries again', async () => {
    const first = (await scene.setUp()).gateway;
    const now = Date.now();
    const [issuedAt, expiresAt] = [now - 2000, now + 1000].map((time) => new Date(time).toISOString());
    // The rotation writes a file with a longer name first, and the file system refuses names of more than 255 bytes.
    const name = 'x'.repeat(250);
    const identityFile = await scene.identityFile(name, Object.assign({ ...first }, { issuedAt, expiresAt }));
    using session = createVaultSession({ address: scene.address, identityFile });
    let created = 0;
    const counting: VaultRequester = {
      request(method, path, body) {
        if (path.endsWith('/secret-id')) created += 1;
        return session.request(method, path, body);
      },
    };
    {
      await using _ = rotate(identityFile, counting);
      await until('three attempts', () => Promise.resolve(created >= 3));
    }
    assert.deepEqual(await accessors(), [first.accessor]);
    await logIn(scene.anybody, await fileContent(identityFile));
  });

  it('does not overwrite a file that a set-up has replaced meanwhile', async () => {
    const first = (await scene.setUp(1)).gateway;
    const identityFile = await scene.identityFile('replaced', first);
    using session = createVaultSession({ address: scene.address, identityFile });
    let newer: AppRoleLogin | undefined;
    const replacing: VaultRequester = {
      async request(method, path, body) {
        const answer = await session.request(method, path, body);
        if (!newer && path.endsWith('/secret-id')) {
          newer = (await scene.setUp(3600)).gateway;
          await scene.identityFile('replaced', newer);
        }
        return answer;
      },
    };
    {
      await using _ = rotate(identityFile, replacing);
      await until('the set-up', () => Promise.resolve(newer !== undefined));
    }
    assert.deepEqual(await fileContent(identityFile), newer);
    await logIn(scene.anybody, newer ?? assert.fail());
  });
});

it('a proxy in the environment sees no request of a set-up, of a login or with a token', async () => {
  using proxy = await startHostileProxy();
  const before = { ...process.env };
  Object.assign(process.env, proxy.environment);
  try {
    const { gateway } = await scene.setUp();
    await (await logIn(createVaultClient({ address: scene.address }), gateway)).read('auth/token/lookup-self');
  } finally {
    for (const name of Object.keys(proxy.environment)) delete process.env[name];
    Object.assign(process.env, before);
  }
  assert.equal(proxy.connections(), 0);
});
