import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AirlockError } from '../../src/lib/error.ts';
import type { GrantRequest } from '../../src/execution/ports.ts';
import { createGrants, type VaultRequest } from './grants.ts';

// What a real Vault does with these calls is in test/locks and test/loop; here, mounts that are not there.

const onNodes: GrantRequest = {
  ...{ execution: 'exe-1', cluster: 'east', action: 'cordon-node' },
  rules: [{ apiGroups: [''], resources: ['nodes'], resourceNames: ['node-1'], verbs: ['get', 'patch'] }],
};

/** A Vault that has only these roles, by mount; every other mount is missing. What it was asked is written down. */
function vaultWith(roles: Record<string, string[]>): VaultRequest & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async request(method, path) {
      const known = roles[path.split('/')[0] ?? ''];
      if (method === 'LIST' && known) return { data: { keys: known } };
      if (method !== 'LIST') asked.push(`${method} ${path}`);
      if (known ?? path.startsWith('sys/')) return {};
      throw new AirlockError({ code: 'vault-refused', message: 'no handler', next: 'stop', details: { status: 404 } });
    },
  };
}

const grantsOn = (vault: VaultRequest) => createGrants({ vault, connect: () => assert.fail('no token was given') });

describe('grants where a cluster has no mount for nodes', () => {
  test('OK: executions are found on the mounts that are there', async () => {
    assert.deepEqual(await grantsOn(vaultWith({ 'k8s-east-exec': ['exec-exe-1'] })).executionsWithRole('east'), [
      'exe-1',
    ]);
    const both = vaultWith({ 'k8s-east-exec': ['exec-exe-1'], 'k8s-east-node': ['exec-exe-2', 'other'] });
    assert.deepEqual(await grantsOn(both).executionsWithRole('east'), ['exe-1', 'exe-2']);
  });
  test('OK: a lease whose id is not known ends where its role is', async () => {
    const vault = vaultWith({ 'k8s-east-exec': ['exec-exe-1'], 'k8s-east-node': ['exec-exe-2'] });
    await grantsOn(vault).revoke({ execution: 'exe-2', cluster: 'east' });
    assert.deepEqual(vault.asked, [
      'PUT sys/leases/revoke-prefix/k8s-east-node/creds/exec-exe-2',
      'DELETE k8s-east-node/roles/exec-exe-2',
    ]);
  });
  test('a grant on a node says what is missing and what to do', async () => {
    const message = /no mount k8s-east-node: the cluster's owner does not want.*set it up anew/;
    await assert.rejects(grantsOn(vaultWith({ 'k8s-east-exec': [] })).mint(onNodes), {
      ...{ code: 'vault-mount-missing', next: 'stop', message },
    });
  });
});
