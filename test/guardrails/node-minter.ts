import type { TestContext } from 'node:test';
import type { KubeCall } from '../../src/platform/kubernetes/kube-client.ts';
import { done, impersonated, mintOnNodes, mintRefusedBy, nodeRole, nodeRule, refusedBy, vaultRole } from './attempt.ts';
import type { Guardrail } from './attempt.ts';
import type { Environment } from './environment.ts';
import { labelsOfGrant } from './shop.ts';

const accounts = '/api/v1/namespaces/airlock-system/serviceaccounts';
const rbac = '/apis/rbac.authorization.k8s.io/v1';
const labels = labelsOfGrant;
const name = 'airlock-cordon-node-abcd1234';
const minter = (says: string): Guardrail => ({ policy: 'airlock-node-minter', says: `minter: ${says}` });

const post = (path: string, body: object): KubeCall => ({ method: 'POST', path: `${path}?dryRun=All`, body });
const remove = (path: string): KubeCall => ({ method: 'DELETE', path: `${path}?dryRun=All` });
const token = (path: string, account: string): KubeCall =>
  post(`${path}/${account}/token`, { spec: { expirationSeconds: 600 } });
const role = (rules: object[], more: object = {}): KubeCall =>
  post(`${rbac}/clusterroles`, { metadata: { name, labels }, rules, ...more });
const binding = (to: { kind: string; name: string }, account = name, namespace = 'airlock-system'): KubeCall =>
  post(`${rbac}/clusterrolebindings`, {
    metadata: { name, labels },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', ...to },
    subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
  });

const names = minter('may only use names');
const rules = minter('may only grant permissions of airlock-node-ceiling, for named nodes');
const binds = minter('may bind a ClusterRole only');
const only = minter('may only create and delete ServiceAccounts in airlock-system');
const onlyVaultLabels = minter('may create only objects with the labels of Vault');

/** Attempts of a thief of the node minter's token, each with RBAC and without it. */
const attempts: [name: string, call: KubeCall, alone: Guardrail, withoutRbac: Guardrail][] = [
  ['a token of the exec minter', token(accounts, 'airlock-exec-minter'), names, names],
  ['a token of the kill switch', token(accounts, 'airlock-kill-switch'), names, names],
  ['a token in kube-system', token('/api/v1/namespaces/kube-system/serviceaccounts', 'powerful'), 'rbac', only],
  ['a token in an allowed namespace', token('/api/v1/namespaces/shop/serviceaccounts', 'app'), 'rbac', only],
  ['an identity for an action in namespaces', account('airlock-undo-rollout-abcd1234'), names, names],
  ['an identity that reads', account('airlock-read-abcd1234'), names, names],
  ['an identity without the label', post(accounts, { metadata: { name } }), onlyVaultLabels, onlyVaultLabels],
  ['deleting the read minter', remove(`${accounts}/airlock-read-minter`), names, names],
  ['deleting a ClusterRole that it did not create', remove(`${rbac}/clusterroles/cluster-admin`), names, names],
  ['deleting the ceiling', remove(`${rbac}/clusterroles/airlock-node-ceiling`), names, names],
  ['binding cluster-admin', binding({ kind: 'ClusterRole', name: 'cluster-admin' }), 'rbac', binds],
  ['binding its own ceiling', binding({ kind: 'ClusterRole', name: 'airlock-node-ceiling' }), binds, binds],
  ['binding the reader', binding({ kind: 'ClusterRole', name: 'airlock-reader' }), 'rbac', binds],
  ['every node', role([nodeRule([])]), rules, rules],
  ['a node that the administrator does not allow', role([nodeRule(['control-plane'])]), rules, rules],
  ["a node's status", role([nodeRule(['node-1'], ['patch'], 'nodes/status')]), 'rbac', rules],
  ['deleting a node', role([nodeRule(['node-1'], ['delete'])]), 'rbac', rules],
  ['Secrets', role([nodeRule(['shop-database'], ['get'], 'secrets')]), 'rbac', rules],
  ['Deployments', role([{ ...nodeRule(['web'], ['get'], 'deployments'), apiGroups: ['apps'] }]), 'rbac', rules],
  ['URLs', role([{ nonResourceURLs: ['/metrics'], verbs: ['get'] }]), 'rbac', rules],
  [
    'rules by aggregation',
    role([], { aggregationRule: { clusterRoleSelectors: [{ matchLabels: {} }] } }),
    'rbac',
    rules,
  ],
  [
    'using the ceiling itself',
    {
      method: 'PATCH',
      path: '/api/v1/nodes/node-1?dryRun=All',
      contentType: 'application/merge-patch+json',
      body: { spec: { unschedulable: true } },
    },
    only,
    only,
  ],
  [
    'a Role in a namespace',
    post(`${rbac}/namespaces/shop/roles`, { metadata: { name, labels }, rules: [] }),
    'rbac',
    only,
  ],
];

function account(called: string): KubeCall {
  return post(accounts, { metadata: { name: called, labels } });
}

/** Guardrails 2 and 3 of the third mount; the other minters cannot do what the node minter can. */
export async function nodeMinterCases(t: TestContext, environment: Environment): Promise<void> {
  const thief = environment.as(environment.minters.node);
  const free = impersonated(environment, 'system:serviceaccount:airlock-system:airlock-node-minter');
  for (const [attempt, call, alone, withoutRbac] of attempts) {
    await t.test(`airlock-node-minter: ${attempt}`, async () => {
      refusedBy(alone, await thief(call));
      refusedBy(withoutRbac, await free(call));
    });
  }
  await t.test('what the node minter needs', async () => {
    done(await thief(role([nodeRule(['node-1'])])));
    done(await thief(account(name)));
  });
  await t.test('the same guardrails limit what Vault mints for the gateway', async () => {
    const { gateway } = environment.vault;
    await mintRefusedBy(rules, mintOnNodes(gateway, nodeRole('cordon-node', ['control-plane'])));
    await mintRefusedBy('rbac', mintOnNodes(gateway, withRule(nodeRule(['node-1'], ['get', 'patch', 'delete']))));
    const long = { token_default_ttl: '86400s', token_max_ttl: '86400s' };
    await mintRefusedBy(minter('a token may live'), mintOnNodes(gateway, nodeRole('cordon-node', ['node-1'], long)));
  });
  await t.test('the other minters mint nothing for nodes', async () => {
    const exec = (says: string): Guardrail => ({ policy: 'airlock-exec-minter', says });
    const inShop = post('/api/v1/namespaces/shop/serviceaccounts', { metadata: { name, labels } });
    refusedBy(exec('may only use names'), await environment.as(environment.minters.exec)(inShop));
    const nodes = post(`${rbac}/namespaces/shop/roles`, {
      metadata: { name: 'airlock-undo-rollout-abcd9999', labels },
      rules: [nodeRule(['node-1'])],
    });
    refusedBy('rbac', await environment.as(environment.minters.exec)(nodes));
    refusedBy('rbac', await environment.as(environment.minters.exec)(role([nodeRule(['node-1'])])));
    refusedBy(
      { policy: 'airlock-read-minter', says: 'may only use names' },
      await environment.as(environment.minters.read)(account(name)),
    );
    refusedBy('rbac', await environment.as(environment.minters.read)(role([nodeRule(['node-1'])])));
  });
}

function withRule(one: object): object {
  return { ...nodeRole('cordon-node', ['node-1']), generated_role_rules: vaultRole('x', [one]).generated_role_rules };
}
