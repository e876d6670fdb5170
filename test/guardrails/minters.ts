import type { TestContext } from 'node:test';
import type { KubeCall } from '../../src/platform/kubernetes/kube-client.ts';
import { impersonated, done, refusedBy, rule, type Guardrail } from './attempt.ts';
import type { Environment } from './environment.ts';
import { labelsOfGrant, labelsOfReadLease } from './shop.ts';

const core = '/api/v1/namespaces';
const rbac = '/apis/rbac.authorization.k8s.io/v1';
const labels = labelsOfGrant;
const name = 'airlock-undo-rollout-abcd1234';
const readName = 'airlock-read-abcd1234';

const post = (path: string, body: object): KubeCall => ({ method: 'POST', path: `${path}?dryRun=All`, body });
const remove = (path: string): KubeCall => ({ method: 'DELETE', path: `${path}?dryRun=All` });
const token = (namespace: string, account: string, seconds = 600): KubeCall =>
  post(`${core}/${namespace}/serviceaccounts/${account}/token`, { spec: { expirationSeconds: seconds } });

function binding(to: { kind: string; name: string }, account: string, namespace: string, called = account) {
  const labels = called.startsWith('airlock-read-') ? labelsOfReadLease : labelsOfGrant;
  const subjects = [{ kind: 'ServiceAccount', name: account, namespace }];
  return { metadata: { name: called, labels }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', ...to }, subjects };
}

const exec = (says: string): Guardrail => ({ policy: 'airlock-exec-minter', says });
const read = (says: string): Guardrail => ({ policy: 'airlock-read-minter', says });
const execNames = exec('may only use names');
const execLabels = exec('may create only objects with the labels of Vault');
const readNames = read('may only use names');
const otherNamespace = exec('does not allow Airlock in this namespace');
const onlyMints = exec('may only create and delete');
const binds = exec('may bind a Role only');
const bindsReader = read('may bind only airlock-reader');

/** Attempts of a thief of the exec minter's token, each with RBAC and without it. */
const execAttempts: [name: string, call: KubeCall, alone: Guardrail, withoutRbac: Guardrail][] = [
  ['a token of another ServiceAccount', token('shop', 'app'), execNames, execNames],
  ['a token in kube-system', token('kube-system', 'powerful'), 'rbac', otherNamespace],
  ['a token of the read minter', token('airlock-system', 'airlock-read-minter'), 'rbac', otherNamespace],
  [
    'deleting a ServiceAccount that it did not create',
    remove(`${core}/shop/serviceaccounts/app`),
    execNames,
    execNames,
  ],
  [
    'a ServiceAccount of another name',
    post(`${core}/shop/serviceaccounts`, { metadata: { name: 'helper', labels } }),
    execNames,
    execNames,
  ],
  [
    'a ServiceAccount whose name the API server generates',
    post(`${core}/shop/serviceaccounts`, { metadata: { generateName: 'airlock-', labels } }),
    execNames,
    execNames,
  ],
  [
    'a ServiceAccount for an unknown action',
    post(`${core}/shop/serviceaccounts`, { metadata: { name: 'airlock-anything-abcd1234', labels } }),
    execNames,
    execNames,
  ],
  [
    'a ServiceAccount without the label',
    post(`${core}/shop/serviceaccounts`, { metadata: { name } }),
    execLabels,
    execLabels,
  ],
  [
    'a ServiceAccount that a finalizer keeps',
    post(`${core}/shop/serviceaccounts`, { metadata: { name, labels, finalizers: ['a.example/b'] } }),
    exec('may not set finalizers'),
    exec('may not set finalizers'),
  ],
  [
    'a ServiceAccount in kube-system',
    post(`${core}/kube-system/serviceaccounts`, { metadata: { name, labels } }),
    'rbac',
    otherNamespace,
  ],
  [
    'a ServiceAccount in a namespace that is not allowed',
    post(`${core}/other/serviceaccounts`, { metadata: { name, labels } }),
    'rbac',
    otherNamespace,
  ],
  [
    'binding cluster-admin',
    post(`${rbac}/namespaces/shop/rolebindings`, binding({ kind: 'ClusterRole', name: 'cluster-admin' }, name, 'shop')),
    'rbac',
    binds,
  ],
  [
    'binding its own ceiling',
    post(
      `${rbac}/namespaces/shop/rolebindings`,
      binding({ kind: 'ClusterRole', name: 'airlock-ceiling' }, name, 'shop'),
    ),
    binds,
    binds,
  ],
  [
    'binding for somebody else',
    post(`${rbac}/namespaces/shop/rolebindings`, binding({ kind: 'Role', name }, 'app', 'shop', name)),
    binds,
    binds,
  ],
  [
    'a ClusterRoleBinding',
    post(`${rbac}/clusterrolebindings`, binding({ kind: 'ClusterRole', name: 'airlock-reader' }, name, 'shop')),
    'rbac',
    onlyMints,
  ],
  [
    'using the ceiling itself',
    {
      method: 'PATCH',
      path: '/apis/apps/v1/namespaces/shop/deployments/web?dryRun=All',
      contentType: 'application/merge-patch+json',
      body: { spec: { replicas: 3 } },
    },
    onlyMints,
    onlyMints,
  ],
  [
    'creating a pod',
    post(`${core}/shop/pods`, {
      metadata: { name, labels },
      spec: { serviceAccountName: 'app', containers: [{ name: 'c', image: 'x' }] },
    }),
    'rbac',
    onlyMints,
  ],
  [
    'turning the kill switch off',
    {
      method: 'PATCH',
      path: `${core}/airlock-system/configmaps/airlock-limits?dryRun=All`,
      contentType: 'application/merge-patch+json',
      body: { data: { killSwitch: 'off' } },
    },
    'rbac',
    onlyMints,
  ],
  [
    'a Role with the right to delete',
    post(`${rbac}/namespaces/shop/roles`, {
      metadata: { name, labels },
      rules: [rule('deployments', ['web'], ['delete'])],
    }),
    'rbac',
    exec('may only grant rules'),
  ],
  [
    'a Role with wildcards',
    post(`${rbac}/namespaces/shop/roles`, {
      metadata: { name, labels },
      rules: [{ apiGroups: ['*'], resources: ['*'], resourceNames: ['web'], verbs: ['*'] }],
    }),
    'rbac',
    exec('may only grant rules'),
  ],
];

const readAttempts: [name: string, call: KubeCall, alone: Guardrail, withoutRbac: Guardrail][] = [
  [
    'binding cluster-admin',
    post(
      `${rbac}/clusterrolebindings`,
      binding({ kind: 'ClusterRole', name: 'cluster-admin' }, readName, 'airlock-system'),
    ),
    'rbac',
    bindsReader,
  ],
  [
    'binding the reader for somebody else',
    post(
      `${rbac}/clusterrolebindings`,
      binding({ kind: 'ClusterRole', name: 'airlock-reader' }, 'app', 'shop', readName),
    ),
    bindsReader,
    bindsReader,
  ],
  [
    'binding the reader in another namespace',
    post(`${rbac}/clusterrolebindings`, binding({ kind: 'ClusterRole', name: 'airlock-reader' }, readName, 'shop')),
    bindsReader,
    bindsReader,
  ],
  ['a token of the exec minter', token('airlock-system', 'airlock-exec-minter'), readNames, readNames],
  ['a token of the kill switch', token('airlock-system', 'airlock-kill-switch'), readNames, readNames],
  [
    'a token in kube-system',
    token('kube-system', 'powerful'),
    'rbac',
    read('may only create and delete ServiceAccounts in airlock-system'),
  ],
  [
    'deleting the exec minter',
    remove(`${core}/airlock-system/serviceaccounts/airlock-exec-minter`),
    readNames,
    readNames,
  ],
  [
    'deleting a binding that it did not create',
    remove(`${rbac}/clusterrolebindings/cluster-admin`),
    readNames,
    readNames,
  ],
  [
    'an identity for an action',
    post(`${core}/airlock-system/serviceaccounts`, { metadata: { name, labels } }),
    readNames,
    readNames,
  ],
  ['reading anything', { method: 'GET', path: `${core}/shop/pods` }, 'rbac', read('')],
];

/** The guardrails of both minters. */
export async function minterCases(t: TestContext, environment: Environment): Promise<void> {
  const minters = [
    { account: 'airlock-exec-minter', token: environment.minters.exec, attempts: execAttempts },
    { account: 'airlock-read-minter', token: environment.minters.read, attempts: readAttempts },
  ];
  for (const { account, token: jwt, attempts } of minters) {
    for (const [attempt, call, alone, withoutRbac] of attempts) {
      await t.test(`${account}: ${attempt}`, async () => {
        refusedBy(alone, await environment.as(jwt)(call));
        // The API server does not call admission for reads: RBAC is their only guardrail.
        if (call.method === 'GET') return;
        refusedBy(
          withoutRbac,
          await impersonated(environment, `system:serviceaccount:airlock-system:${account}`)(call),
        );
      });
    }
  }
  await t.test('what the minters need', async () => {
    const fresh = 'airlock-scale-workload-abcd1234';
    const role = { metadata: { name: fresh, labels }, rules: [rule('deployments', ['web'])] };
    done(await environment.as(environment.minters.exec)(post(`${rbac}/namespaces/shop/roles`, role)));
    const bound = binding({ kind: 'ClusterRole', name: 'airlock-reader' }, readName, 'airlock-system');
    done(await environment.as(environment.minters.read)(post(`${rbac}/clusterrolebindings`, bound)));
  });
}
