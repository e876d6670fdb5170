import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AirlockError } from '../../src/lib/error.ts';
import type { GrantRequest } from '../../src/execution/ports.ts';
import type { VaultRequester } from '../../src/platform/vault/vault-client.ts';
import { createGrants } from './grants.ts';

// test/guardrails and test/loop show what a real Vault does with these calls; this file is about mounts that are missing.

const onNodes: GrantRequest = {
  execution: 'exe-1',
  cluster: 'east',
  action: 'cordon-node',
  rules: [{ apiGroups: [''], resources: ['nodes'], resourceNames: ['node-1'], verbs: ['get', 'patch'] }],
};

/** A Vault with only these roles, by mount; every other mount is missing. It records the writes. */
function vaultWith(roles: Record<string, string[]>): VaultRequester & { writes: string[] } {
  const writes: string[] = [];
  return {
    writes,
    async request(method, path) {
      const known = roles[path.split('/')[0] ?? ''];
      if (method === 'LIST' && known) return { data: { keys: known } };
      if (method !== 'LIST') writes.push(`${method} ${path}`);
      if (known ?? path.startsWith('sys/')) return {};
      throw new AirlockError({ code: 'vault-refused', message: 'no handler', details: { status: 404 } });
    },
  };
}

const grantsOn = (vault: VaultRequester) => createGrants({ vault, connect: () => assert.fail('no token was given') });

describe('grants on a cluster without a mount for nodes', () => {
  test('finds executions on the mounts that exist', async () => {
    assert.deepEqual(await grantsOn(vaultWith({ 'k8s-east-exec': ['exec-exe-1'] })).executionsWithRole('east'), [
      'exe-1',
    ]);
    const both = vaultWith({ 'k8s-east-exec': ['exec-exe-1'], 'k8s-east-node': ['exec-exe-2', 'other'] });
    assert.deepEqual(await grantsOn(both).executionsWithRole('east'), ['exe-1', 'exe-2']);
  });
  test('revokes a lease of unknown id on the mount of its role', async () => {
    const vault = vaultWith({ 'k8s-east-exec': ['exec-exe-1'], 'k8s-east-node': ['exec-exe-2'] });
    await grantsOn(vault).revoke({ execution: 'exe-2', cluster: 'east' });
    assert.deepEqual(vault.writes, [
      'PUT sys/leases/revoke-prefix/k8s-east-node/creds/exec-exe-2',
      'DELETE k8s-east-node/roles/exec-exe-2',
    ]);
  });
  test('the error of a grant on a node names the missing mount and what to do', async () => {
    const message =
      /no mount k8s-east-node\. Either the cluster administrator does not allow node actions.*set Vault up again/;
    await assert.rejects(grantsOn(vaultWith({ 'k8s-east-exec': [] })).mint(onNodes), {
      code: 'vault-mount-missing',
      next: 'stop',
      message,
    });
  });
});
