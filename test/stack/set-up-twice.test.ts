import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'node:test';
import { installOwner } from '../../clusters/guardrails/install/install.ts';
import { readOwnerValues } from '../../clusters/guardrails/values.ts';
import { createVaultClient } from '../../clusters/vault/client.ts';
import { setUpVault } from '../../clusters/vault/set-up.ts';
import { Secret } from '../../src/platform/secret.ts';
import { startIn } from '../../src/cli/commands/stack-commands.ts';
import { readDescription } from '../../stack/state/description.ts';
import { openOwnState, removeState } from '../../stack/state/own-state.ts';
import { ensureParts } from '../../stack/toolchain/toolchain.ts';
import { alive } from '../../stack/process/process.ts';
import { createProgress } from '../../stack/progress.ts';
import type { StateFolder } from '../../stack/state/state.ts';
import { startVault } from '../../stack/servers/vault.ts';
import { createStage } from '../../demo/stage.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
let state: StateFolder;
before(async () => {
  state = await openOwnState('test');
});
after(() => removeState(state));

describe('set-up twice at once', () => {
  it('OK: of two `up` the second waits and finds the stack of the first', async () => {
    const progress = createProgress();
    const [one, two] = await Promise.all([
      startIn(checkout, state, { progress }),
      startIn(checkout, state, { progress }),
    ]);
    progress.done();
    assert.deepEqual(one, two);
    const records = await state.records();
    assert.equal(new Set(records.map(({ name }) => name)).size, records.length);
    assert.ok(!(await Promise.all(records.map(alive))).includes(false));
    assert.deepEqual(await (await createStage(one)).api.incidents(), []);
  });

  it('OK: what the owner of a target installs', async () => {
    const values = await readOwnerValues(`${checkout}/charts/airlock-target/values.yaml`);
    const stage = await createStage(await readDescription(state));
    const admin = stage.admin('east');
    await Promise.all([installOwner(admin, values), installOwner(admin, values)]);
  });

  it('OK: Vault, by two root tokens: both get logins that work', async () => {
    const own = await openOwnState('test');
    try {
      const { address, rootToken, auditFile } = await startVault(
        own,
        (await ensureParts(createProgress())).program('vault'),
      );
      assert.ok(rootToken);
      const root = createVaultClient({ address, token: rootToken });
      const second = new Secret<string>(
        (await root.write('auth/token/create-orphan', { policies: ['root'] })).auth.client_token,
      );
      const minters = { exec: new Secret('exec'), read: new Secret('read') };
      const targets = [{ name: 'east', url: 'https://127.0.0.1:1', ca: '', allowedNamespaces: ['shop'], minters }];
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
