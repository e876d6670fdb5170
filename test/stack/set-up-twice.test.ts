import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'node:test';
import { installGuardrails } from '../../clusters/guardrails/install/install.ts';
import { readGuardrailValues } from '../../clusters/guardrails/values.ts';
import { createVaultClient } from '../../src/platform/vault/vault-client.ts';
import { setUpVault } from '../../clusters/vault/set-up.ts';
import { Secret } from '../../src/platform/secret.ts';
import { checkAndStartStack } from '../../src/cli/commands/wiring/start-stack.ts';
import { readDescription, type StackDescription } from '../../stack/state/description.ts';
import { createTemporaryState, removeState } from '../../stack/state/own-state.ts';
import { ensureToolchain } from '../../stack/toolchain/toolchain.ts';
import { isRunning } from '../../stack/process/process.ts';
import { createProgress } from '../../stack/progress.ts';
import type { StateFolder } from '../../stack/state/state.ts';
import { startVault } from '../../stack/servers/vault.ts';
import { createStackClient } from '../../demo/stack-client.ts';

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

  it('of Vault with two root tokens both return working logins', async () => {
    const own = await createTemporaryState('test');
    try {
      const { address, rootToken, auditFile } = await startVault(
        own,
        (await ensureToolchain(createProgress())).program('vault'),
      );
      assert.ok(rootToken);
      const root = createVaultClient({ address, token: rootToken });
      const second = new Secret<string>(
        (await root.write('auth/token/create-orphan', { policies: ['root'] })).auth.client_token,
      );
      const minterTokens = { exec: new Secret('exec'), read: new Secret('read') };
      const targets = [{ name: 'east', url: 'https://127.0.0.1:1', ca: '', allowedNamespaces: ['shop'], minterTokens }];
      const setUps = [rootToken, second].map((token) => setUpVault({ address, rootToken: token, auditFile, targets }));
      const anybody = createVaultClient({ address });
      for (const { logins } of await Promise.all(setUps)) {
        const { roleId: role_id, secretId: secret_id } = logins.gateway;
        const { auth } = await anybody.write('auth/approle/login', { role_id, secret_id });
        assert.deepEqual(auth.token_policies, ['airlock-remediation-gateway']);
      }
    } finally {
      await removeState(own);
    }
  });
});
