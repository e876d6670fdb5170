import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { KubeAnswer, KubeRequester } from '../../src/platform/kubernetes/kube-client.ts';
import {
  deniedByVault,
  done,
  impersonated,
  mintOnNodes,
  nodeRole,
  refusedBy,
  untilRefused,
  type Guardrail,
} from './attempt.ts';
import type { Environment } from './environment.ts';

type Operation = { op: 'add' | 'replace' | 'remove'; path: string; value?: unknown };

const nodes = '/api/v1/nodes';
const set = (path: string, value: unknown): Operation[] => [{ op: 'add', path, value }];
const cordon = set('/spec/unschedulable', true);
const uncordon = set('/spec/unschedulable', false);
const guardrail = (action: 'cordon-node' | 'uncordon-node', says: string): Guardrail => ({
  policy: 'airlock-identities',
  says: `${action}: ${says}`,
});
const node = (says: string): Guardrail => guardrail('cordon-node', says);
const owner = { apiVersion: 'v1', kind: 'Namespace', name: 'shop', uid: '00000000-0000-0000-0000-000000000001' };
const spec = node('in the spec, only unschedulable may change');

/** Each together with the one allowed change, so that no other change is accepted with it. */
const refused: [name: string, operations: Operation[], guardrail: Guardrail][] = [
  ['a taint', set('/spec/taints/-', { key: 'a', effect: 'NoExecute' }), spec],
  ['removing a taint', [{ op: 'remove', path: '/spec/taints/0' }], spec],
  ['removing every taint', [{ op: 'remove', path: '/spec/taints' }], spec],
  ['a label', set('/metadata/labels/node-role.kubernetes.io~1control-plane', ''), node('labels, owners')],
  ['removing a label', [{ op: 'remove', path: '/metadata/labels/zone' }], node('labels, owners')],
  ['owners', set('/metadata/ownerReferences', [owner]), node('labels, owners')],
  ['finalizers', set('/metadata/finalizers', ['a.example/b']), node('labels, owners')],
  ["an annotation of the nodes' team", set('/metadata/annotations/team', 'x'), node('annotations other')],
];

const patch = (as: KubeRequester, operations: Operation[], path = `${nodes}/node-1`): Promise<KubeAnswer> =>
  as({ method: 'PATCH', path: `${path}?dryRun=All`, contentType: 'application/json-patch+json', body: operations });

/** All four guardrails of the third mount, with credentials that Vault minted there. */
export async function nodeCases(t: TestContext, environment: Environment): Promise<void> {
  const { gateway } = environment.vault;
  const { token, lease, role, account } = await mintOnNodes(gateway, nodeRole('cordon-node', ['node-1']));
  const as = environment.as(token);
  const back = environment.as((await mintOnNodes(gateway, nodeRole('uncordon-node', ['node-1']))).token);

  await t.test('cordon-node cordons its node and uncordon-node uncordons it, each with its annotations', async () => {
    assert.match(account, /^airlock-cordon-node-[a-z0-9]{8}$/);
    done(await as({ method: 'GET', path: `${nodes}/node-1` }));
    const annotation = set('/metadata/annotations/airlock.dev~1execution', 'exe-1.do-1');
    done(await patch(as, [...cordon, ...annotation]));
    done(await patch(back, [...uncordon, ...annotation]));
  });
  await t.test('refused: each does what only the other may do', async () => {
    refusedBy(node('unschedulable must be true after the update'), await patch(as, uncordon));
    refusedBy(guardrail('uncordon-node', 'unschedulable must be false after the update'), await patch(back, cordon));
  });
  for (const [name, operations, expected] of refused) {
    await t.test(`refused: ${name}`, async () => refusedBy(expected, await patch(as, [...cordon, ...operations])));
  }
  await t.test('refused: another node, its status, deleting it, listing nodes, objects of a namespace', async () => {
    refusedBy('rbac', await patch(as, cordon, `${nodes}/control-plane`));
    refusedBy('rbac', await patch(as, cordon, `${nodes}/node-1/status`));
    refusedBy('rbac', await as({ method: 'DELETE', path: `${nodes}/node-1?dryRun=All` }));
    refusedBy('rbac', await as({ method: 'GET', path: nodes }));
    refusedBy('rbac', await as({ method: 'GET', path: '/api/v1/namespaces/shop/secrets/shop-database' }));
    refusedBy('rbac', await as({ method: 'GET', path: '/apis/apps/v1/namespaces/shop/deployments/web' }));
  });
  await t.test('refused by admission without RBAC: the same', async () => {
    const free = impersonated(environment, 'system:serviceaccount:airlock-system:airlock-cordon-node-abcd1234');
    refusedBy(
      node('may change only nodes that the administrator allows'),
      await patch(free, cordon, `${nodes}/control-plane`),
    );
    refusedBy(
      node('may only update nodes, not their status'),
      await patch(free, set('/status/phase', 'x'), `${nodes}/node-1/status`),
    );
    refusedBy(
      node('may only update nodes, not their status'),
      await free({ method: 'DELETE', path: `${nodes}/node-1?dryRun=All` }),
    );
    refusedBy(
      node('may only update nodes, not their status'),
      await free({ method: 'POST', path: `${nodes}?dryRun=All`, body: { metadata: { name: 'x' } } }),
    );
    const wrongScope: Guardrail = {
      policy: 'airlock-identities',
      says: 'an identity for node actions must be in airlock-system and may only write objects without a namespace',
    };
    const scale = {
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      body: { spec: { replicas: 3 } },
    } as const;
    refusedBy(
      wrongScope,
      await free({ ...scale, path: '/apis/apps/v1/namespaces/shop/deployments/web/scale?dryRun=All' }),
    );
    const secret = '/api/v1/namespaces/airlock-system/secrets?dryRun=All';
    refusedBy(wrongScope, await free({ method: 'POST', path: secret, body: { metadata: { name: 'x' } } }));
    const elsewhere = impersonated(environment, 'system:serviceaccount:shop:airlock-cordon-node-abcd1234');
    refusedBy(wrongScope, await patch(elsewhere, cordon));
    const others = impersonated(environment, 'system:serviceaccount:shop:airlock-undo-rollout-abcd1234');
    refusedBy(
      { policy: 'airlock-identities', says: 'may only write in its own namespace' },
      await patch(others, cordon),
    );
  });
  await t.test(
    'a grant on a node ends with its revocation, and the target has no object of it afterwards',
    async () => {
      await gateway.write(`sys/leases/revoke/${lease}`, { sync: true });
      await gateway.delete(`k8s-east-node/roles/${role}`);
      await untilRefused(() => as({ method: 'GET', path: `${nodes}/node-1` }));
      const rbac = '/apis/rbac.authorization.k8s.io/v1';
      const kinds = ['clusterroles', 'clusterrolebindings'].map((kind) => `${rbac}/${kind}`);
      for (const path of [...kinds, '/api/v1/namespaces/airlock-system/serviceaccounts']) {
        assert.equal((await environment.admin({ method: 'GET', path: `${path}/${account}` })).status, 404, path);
      }
    },
  );
  await t.test('the sweeper revokes a grant on a node whose lease id is lost', async () => {
    const lost = await mintOnNodes(gateway, nodeRole('cordon-node', ['node-1']));
    assert.ok((await gateway.read('k8s-east-node/roles?list=true')).data.keys.includes(lost.role));
    await gateway.write(`sys/leases/revoke-prefix/k8s-east-node/creds/${lost.role}`, {});
    const path = `/apis/rbac.authorization.k8s.io/v1/clusterroles/${lost.account}`;
    assert.equal((await environment.admin({ method: 'GET', path })).status, 404);
  });
  await vaultCases(t, environment);
}

/** Guardrail 1 of the third mount. */
async function vaultCases(t: TestContext, { vault }: Environment): Promise<void> {
  const { gateway } = vault;
  const changes: [name: string, change: Record<string, unknown>][] = [
    ['service_account_name', { service_account_name: 'airlock-kill-switch' }],
    ['kubernetes_role_name', { kubernetes_role_name: 'cluster-admin' }],
    ['no kubernetes_role_type', { kubernetes_role_type: undefined }],
    ['a Role', { kubernetes_role_type: 'Role' }],
    ['namespace shop', { allowed_kubernetes_namespaces: ['shop'] }],
    ['namespace kube-system', { allowed_kubernetes_namespaces: ['kube-system'] }],
    ['every namespace', { allowed_kubernetes_namespaces: ['*'] }],
    ['the name of another action', { name_template: 'airlock-undo-rollout-{{random 8 | lowercase}}' }],
    ['the name of a system account', { name_template: 'airlock-node-minter' }],
  ];
  for (const [name, change] of changes) {
    await t.test(`Vault refuses a role on nodes with ${name}`, () =>
      deniedByVault(gateway.write('k8s-east-node/roles/exec-bad', nodeRole('cordon-node', ['node-1'], change))),
    );
  }
  await t.test("Vault refuses the mount's config, other roles, other namespaces, and every other plane", async () => {
    await deniedByVault(gateway.read('k8s-east-node/config'));
    await deniedByVault(gateway.write('k8s-east-node/roles/other', nodeRole('cordon-node', ['node-1'])));
    await gateway.write('k8s-east-node/roles/exec-scope', nodeRole('cordon-node', ['node-1']));
    const creds = 'k8s-east-node/creds/exec-scope';
    await deniedByVault(gateway.write(creds, { kubernetes_namespace: 'shop', cluster_role_binding: true }));
    await deniedByVault(gateway.write(creds, { kubernetes_namespace: 'airlock-system', cluster_role_binding: false }));
    await deniedByVault(gateway.write(creds, { kubernetes_namespace: 'airlock-system' }));
    await gateway.delete('k8s-east-node/roles/exec-scope');
    for (const plane of [vault.observe, vault.reason, vault.serve]) {
      await deniedByVault(plane.write('k8s-east-node/roles/exec-1', nodeRole('cordon-node', ['node-1'])));
      await deniedByVault(plane.write('k8s-east-node/creds/exec-1', { kubernetes_namespace: 'airlock-system' }));
    }
  });
  await t.test('Vault refuses node actions and ClusterRoles on the mount for namespaces', async () => {
    const action = { name_template: 'airlock-cordon-node-{{random 8 | lowercase}}' };
    const exec = nodeRole('undo-rollout', ['node-1'], { allowed_kubernetes_namespaces: ['shop'] });
    await deniedByVault(gateway.write('k8s-east-exec/roles/exec-bad', exec));
    await deniedByVault(
      gateway.write('k8s-east-exec/roles/exec-bad', { ...exec, kubernetes_role_type: undefined, ...action }),
    );
  });
}
