import assert from 'node:assert/strict';
import { lstat, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'node:test';
import { installGuardrails } from '../../clusters/guardrails/install/install.ts';
import { readGuardrailValues } from '../../clusters/guardrails/values.ts';
import { createVaultClient } from '../../src/platform/vault/vault-client.ts';
import type { VaultLogins } from '../../clusters/vault/set-up.ts';
import { processNames } from '../../src/domain/names.ts';
import type { AppRoleLogin } from '../../src/platform/vault/app-role.ts';
import { Secret } from '../../src/platform/secret.ts';
import { checkAndStartStack } from '../../src/cli/commands/wiring/start-stack.ts';
import { readDescription, type StackDescription } from '../../stack/state/description.ts';
import { createTemporaryState, removeState } from '../../stack/state/own-state.ts';
import { ensureToolchain } from '../../stack/toolchain/toolchain.ts';
import { isRunning, stopAll } from '../../stack/process/process.ts';
import { createProgress } from '../../stack/progress.ts';
import type { StateFolder } from '../../stack/state/state.ts';
import { startVault } from '../../stack/servers/vault.ts';
import { createStackClient } from '../../demo/stack-client.ts';
import { setUpTestVault } from '../set-up-vault.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
let state: StateFolder;
/** What the two calls of `checkAndStartStack` returned. */
let started: StackDescription[];
before(async () => {
  state = await createTemporaryState('test');
  const progress = createProgress();
  started = await Promise.all([
    checkAndStartStack(checkout, state, { progress }),
    checkAndStartStack(checkout, state, { progress }),
  ]);
  progress.done();
});
after(() => removeState(state));

describe('two concurrent set-ups', () => {
  it('of a stack give one stack: the second waits and returns the stack of the first', async () => {
    const [one = assert.fail(), two] = started;
    assert.deepEqual(one, two);
    const records = await state.records();
    assert.equal(new Set(records.map(({ name }) => name)).size, records.length);
    assert.ok(records.every(isRunning));
    assert.deepEqual(await (await createStackClient(one)).api.incidents(), []);
  });

  it('of the guardrails of a target succeed', async () => {
    const values = await readGuardrailValues(`${checkout}/charts/airlock-target/values.yaml`);
    const client = await createStackClient(await readDescription(state));
    const admin = client.admin('east');
    await Promise.all([installGuardrails(admin, values), installGuardrails(admin, values)]);
  });

  it('of Vault with two root tokens leave a working login for each process: of both, or of one of the two', async () => {
    const own = await createTemporaryState('test');
    try {
      const { address, rootToken, auditFile } = await startVault(
        own,
        (await ensureToolchain(createProgress())).program('vault'),
      );
      const root = createVaultClient({ address, token: rootToken });
      const second = new Secret<string>(
        (await root.write('auth/token/create-orphan', { policies: ['root'] })).auth.client_token,
      );
      const minterTokens = { exec: new Secret('exec'), read: new Secret('read') };
      const targets = [{ name: 'east', url: 'https://127.0.0.1:1', ca: '', allowedNamespaces: ['shop'], minterTokens }];
      const results = await Promise.all(
        [rootToken, second].map((token) => setUpTestVault({ address, rootToken: token, auditFile, targets })),
      );
      const anybody = createVaultClient({ address });
      const works = async ({ roleId: role_id, secretId: secret_id }: VaultLogins['gateway']): Promise<boolean> =>
        anybody.write('auth/approle/login', { role_id, secret_id }).then(
          () => true,
          () => false,
        );
      const working = await Promise.all(
        results.map(async ({ logins }) => (await Promise.all(Object.values(logins).map(works))).every(Boolean)),
      );
      assert.ok(working.includes(true));
    } finally {
      await removeState(own);
    }
  });

  it('of a stack one after the other give the processes new logins, and follow no link of a process', async () => {
    const identityFile = (name: string): string => join(state.path, 'identities', name, 'identity.json');
    const old = JSON.parse(await readFile(identityFile('gateway'), 'utf8')) as AppRoleLogin;
    await stopAll(state);
    // The gateway's user could do this: the folder belongs to this user.
    const victim = join(state.path, 'victim');
    await writeFile(victim, 'of root');
    await rm(identityFile('gateway'));
    await symlink(victim, identityFile('gateway'));

    const { vault: address, ownUsers } = await checkAndStartStack(checkout, state, { progress: createProgress() });
    assert.equal(await readFile(victim, 'utf8'), 'of root');
    const logIn = ({ roleId: role_id, secretId: secret_id }: AppRoleLogin): Promise<unknown> =>
      createVaultClient({ address }).write('auth/approle/login', { role_id, secret_id });
    await assert.rejects(logIn(old), /invalid role or secret ID/);
    const owners = new Set<number>();
    for (const name of Object.values(processNames)) {
      await logIn(JSON.parse(await readFile(identityFile(name), 'utf8')) as AppRoleLogin);
      for (const path of [identityFile(name), dirname(identityFile(name))]) {
        const { uid, mode } = await lstat(path);
        assert.equal(mode & 0o077, 0);
        owners.add(uid);
      }
    }
    assert.equal(owners.size, ownUsers ? 4 : 1);
  });
});
