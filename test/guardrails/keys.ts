import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createVaultClient, type VaultClient } from '../../src/platform/vault/vault-client.ts';
import { createKeptCheckpoints } from '../../src/adapters/vault/kept-checkpoints.ts';
import { createRowMacs } from '../../src/adapters/vault/row-macs.ts';
import { deniedByVault } from './attempt.ts';
import type { Environment } from './environment.ts';

const input = Buffer.from('{"outcome":"safe"}').toString('base64');

/** Who may sign, verify and redact; and nobody has a root token any more. */
export async function keyCases(
  t: TestContext,
  { vault, vaultWith, vaultAddress, rootToken, state }: Environment,
): Promise<void> {
  const { serve, reason, observe, gateway } = vault;

  await t.test(
    'observation signs reports; governance, the gateway and everybody with the public key verify them',
    async () => {
      const { signature } = (await observe.write('transit/sign/report', { input })).data;
      for (const plane of [serve, observe, gateway]) {
        assert.equal((await plane.write('transit/verify/report', { input, signature })).data.valid, true);
        const forged = { input: Buffer.from('{"outcome":"unsafe"}').toString('base64'), signature };
        assert.equal((await plane.write('transit/verify/report', forged)).data.valid, false);
      }
      const raw = Buffer.from((await serve.read('transit/keys/report')).data.keys['1'].public_key, 'base64');
      const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') }, format: 'jwk' });
      const bytes = Buffer.from(String(signature).split(':')[2] ?? '', 'base64');
      assert.ok(verify(null, Buffer.from(input, 'base64'), key, bytes));
    },
  );
  await t.test('observation and the gateway compute the same redaction', async () => {
    const batch = { batch_input: [{ input }] };
    const [one, other] = await Promise.all(
      [observe, gateway].map((plane) => plane.write('transit/hmac/redaction', batch)),
    );
    assert.equal(one.data.batch_results[0].hmac, other.data.batch_results[0].hmac);
  });
  await t.test('refused: signing by every process but observe', async () => {
    for (const plane of [serve, reason, gateway]) await deniedByVault(plane.write('transit/sign/report', { input }));
  });
  await t.test('refused: redacting by governance and reasoning, verifying by reasoning', async () => {
    for (const plane of [serve, reason]) await deniedByVault(plane.write('transit/hmac/redaction', { input }));
    await deniedByVault(reason.write('transit/verify/report', { input, signature: 'vault:v1:' }));
  });
  await t.test('only the gateway makes and checks the MACs of its rows', async () => {
    const row = { table: 'admissions', columns: ['ann', 3, null] };
    const macs = createRowMacs(gateway);
    const [mac = assert.fail()] = await macs.make([row]);
    const changed = { ...row, columns: ['ann', 4, null], mac };
    const elsewhere = { ...row, table: 'ledger', mac };
    const malformed = { ...row, mac: 'vault:v1:' };
    const given = [{ ...row, mac }, changed, elsewhere, malformed, { ...row, mac: '' }];
    assert.deepEqual(await macs.verify(given), [true, false, false, false, false]);
    for (const plane of [serve, reason, observe]) {
      await deniedByVault(createRowMacs(plane).make([row]));
      await deniedByVault(createRowMacs(plane).verify([{ ...row, mac }]));
    }
  });
  await t.test('only gateways keep checkpoints, and none changes one', async () => {
    const kept = createKeptCheckpoints(gateway);
    await kept.write(5, 'five');
    await Promise.all([kept.write(7, 'seven'), kept.write(7, 'seven'), kept.write(6, 'six')]);
    assert.deepEqual(await kept.read(), ['seven', 'seven']);
    await kept.write(8, 'eight');
    const { keys } = (await gateway.request('LIST', 'airlock-checkpoints')).data;
    assert.deepEqual([keys.length, await kept.read()], [1, ['eight']]);
    const path = `airlock-checkpoints/${keys[0]}`;
    await deniedByVault(gateway.write(path, { note: 'nine' }));
    for (const plane of [serve, reason, observe]) {
      await deniedByVault(createKeptCheckpoints(plane).read());
      await deniedByVault(createKeptCheckpoints(plane).write(9, 'nine'));
      await deniedByVault(plane.read(path));
      await deniedByVault(plane.delete(path));
    }
  });
  await t.test('refused: exporting keys and changing policies, for every plane', async () => {
    for (const plane of Object.values(vault)) await deniedForAll(plane);
  });
  await t.test('a process renews its own token, and has one policy', async () => {
    for (const [process, plane] of Object.entries(vault)) {
      const { policies, renewable, ttl } = (await plane.read('auth/token/lookup-self')).data;
      assert.deepEqual([policies, renewable], [[`airlock-remediation-${process}`], true]);
      assert.ok(ttl <= 600);
      assert.ok((await plane.write('auth/token/renew-self', {})).auth.lease_duration <= 600);
    }
  });
  await t.test('the root token is revoked, and no file contains it', async () => {
    await deniedByVault(vaultWith(rootToken).read('auth/token/lookup-self'));
    await deniedByVault(vaultWith(rootToken).read('sys/mounts'));
    assert.deepEqual(await filesWith(state.path, rootToken.reveal()), []);
    await deniedByVault(createVaultClient({ address: vaultAddress }).read('sys/mounts'));
  });
}

async function deniedForAll(plane: VaultClient): Promise<void> {
  await deniedByVault(plane.read('transit/export/signing-key/report'));
  await deniedByVault(plane.read('transit/backup/redaction'));
  await deniedByVault(plane.write('transit/keys/report/config', { exportable: true }));
  await deniedByVault(plane.delete('transit/keys/redaction'));
  await deniedByVault(plane.write('transit/keys/rows/rotate', {}));
  await deniedByVault(plane.write('sys/policies/acl/mine', { policy: 'path "*" { capabilities = ["sudo"] }' }));
  await deniedByVault(plane.write('auth/token/create', {}));
  await deniedByVault(plane.read('auth/approle/role/airlock-remediation-gateway/role-id'));
  await deniedByVault(plane.request('LIST', 'auth/approle/role/airlock-remediation-gateway/secret-id'));
  await deniedByVault(plane.delete('sys/audit/file'));
}

async function filesWith(folder: string, text: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const found = await Promise.all(files.map(async (file) => ((await readFile(file)).includes(text) ? [file] : [])));
  return found.flat();
}
