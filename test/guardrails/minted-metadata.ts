import type { TestContext } from 'node:test';
import type { KubeCall } from '../../src/platform/kubernetes/kube-client.ts';
import {
  deniedByVault,
  impersonated,
  mint,
  mintOnNodes,
  mintRefusedBy,
  nodeRole,
  nodeRule,
  refusedBy,
  rule,
  vaultRole,
  type Guardrail,
} from './attempt.ts';
import type { Environment } from './environment.ts';
import { labelsOfGrant, labelsOfReadLease } from './shop.ts';

const core = '/api/v1/namespaces';
const rbac = '/apis/rbac.authorization.k8s.io/v1';
const execName = 'airlock-undo-rollout-abcd1234';
const nodeName = 'airlock-cordon-node-abcd1234';
const readName = 'airlock-read-abcd1234';

const post = (path: string, body: object): KubeCall => ({ method: 'POST', path: `${path}?dryRun=All`, body });
const otherLabel = 'may create only objects with the labels of Vault';
const annotation = 'may not set annotations';
const annotations = { 'a.example/b': 'c' };
/** With this label, Kubernetes adds the rules of a ClusterRole to the ClusterRole `view`. */
const aggregateToView = { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' };

const readBinding = {
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'airlock-reader' },
  subjects: [{ kind: 'ServiceAccount', name: readName, namespace: 'airlock-system' }],
};
const nodeRules = [nodeRule(['node-1'])];

/** Attempts of a thief of a minter's token to set labels and annotations of its own choice. */
const attempts: [minter: 'exec' | 'read' | 'node', name: string, call: KubeCall, says: string][] = [
  [
    'exec',
    'a Role with a label of aggregation',
    post(`${rbac}/namespaces/shop/roles`, {
      metadata: { name: execName, labels: { ...labelsOfGrant, ...aggregateToView } },
      rules: [rule('deployments', ['web'])],
    }),
    otherLabel,
  ],
  [
    'exec',
    'a ServiceAccount whose execution label has no execution id',
    post(`${core}/shop/serviceaccounts`, {
      metadata: { name: execName, labels: { ...labelsOfGrant, 'airlock.dev/execution': 'x' } },
    }),
    otherLabel,
  ],
  [
    'exec',
    'a ServiceAccount with an annotation',
    post(`${core}/shop/serviceaccounts`, { metadata: { name: execName, labels: labelsOfGrant, annotations } }),
    annotation,
  ],
  [
    'read',
    'a binding with another label',
    post(`${rbac}/clusterrolebindings`, {
      metadata: { name: readName, labels: { ...labelsOfReadLease, team: 'ops' } },
      ...readBinding,
    }),
    otherLabel,
  ],
  [
    'read',
    'a binding with an annotation',
    post(`${rbac}/clusterrolebindings`, {
      metadata: { name: readName, labels: labelsOfReadLease, annotations },
      ...readBinding,
    }),
    annotation,
  ],
  [
    'node',
    'a ClusterRole whose rules every viewer gets',
    post(`${rbac}/clusterroles`, {
      metadata: { name: nodeName, labels: { ...labelsOfGrant, ...aggregateToView } },
      rules: nodeRules,
    }),
    otherLabel,
  ],
  [
    'node',
    'a ClusterRole with an annotation',
    post(`${rbac}/clusterroles`, {
      metadata: { name: nodeName, labels: labelsOfGrant, annotations },
      rules: nodeRules,
    }),
    annotation,
  ],
];

/** No object of a minter reaches anybody by labels or annotations. */
export async function mintedMetadataCases(t: TestContext, environment: Environment): Promise<void> {
  for (const [minter, name, call, says] of attempts) {
    await t.test(`refused to the ${minter} minter: ${name}`, async () => {
      const account = `airlock-${minter}-minter`;
      const guardrail: Guardrail = { policy: account, says: `minter: ${says}` };
      refusedBy(guardrail, await environment.as(environment.minters[minter])(call));
      const free = impersonated(environment, `system:serviceaccount:airlock-system:${account}`);
      refusedBy(guardrail, await free(call));
    });
  }
  await t.test('refused to the gateway by the same guardrails, and by Vault', async () => {
    const { gateway } = environment.vault;
    const labelled = { extra_labels: { 'airlock.dev/execution': 'exe-0123456789abcdef', ...aggregateToView } };
    const guardrail: Guardrail = { policy: 'airlock-node-minter', says: `minter: ${otherLabel}` };
    await mintRefusedBy(guardrail, mintOnNodes(gateway, nodeRole('cordon-node', ['node-1'], labelled)));
    const annotated = { extra_annotations: annotations };
    await deniedByVault(mintOnNodes(gateway, nodeRole('cordon-node', ['node-1'], annotated)));
    await deniedByVault(mint(gateway, vaultRole('undo-rollout', [rule('deployments', ['web'])], annotated)));
  });
}
