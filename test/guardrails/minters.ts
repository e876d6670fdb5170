import type { TestContext } from 'node:test';
import type { KubeCall } from '../../clusters/guardrails/install/kube-request.ts';
import { impersonated, done, refusedBy, rule, type Lock } from './attempt.ts';
import type { Bed } from './environment.ts';

const core = '/api/v1/namespaces';
const rbac = '/apis/rbac.authorization.k8s.io/v1';
const labels = { 'app.kubernetes.io/managed-by': 'HashiCorp-Vault' };
const name = 'airlock-undo-rollout-abcd1234';
const readName = 'airlock-read-abcd1234';

const post = (path: string, body: object): KubeCall => ({ method: 'POST', path: `${path}?dryRun=All`, body });
const remove = (path: string): KubeCall => ({ method: 'DELETE', path: `${path}?dryRun=All` });
const token = (namespace: string, account: string, seconds = 600): KubeCall =>
  post(`${core}/${namespace}/serviceaccounts/${account}/token`, { spec: { expirationSeconds: seconds } });

function binding(to: { kind: string; name: string }, account: string, namespace: string, called = account) {
  const subjects = [{ kind: 'ServiceAccount', name: account, namespace }];
  return { metadata: { name: called, labels }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', ...to }, subjects };
}

const exec = (says: string): Lock => ({ policy: 'airlock-exec-minter', says });
const read = (says: string): Lock => ({ policy: 'airlock-read-minter', says });

/** What a thief of the exec minter's token can do: each attempt by itself, and with RBAC out of the way. */
const execAttempts: [name: string, call: KubeCall, alone: Lock, withoutRbac: Lock][] = [
  ['a token of another ServiceAccount', token('shop', 'app'), exec('only names'), exec('only names')],
  ['a token in kube-system', token('kube-system', 'powerful'), 'rbac', exec('has not opened')],
  ['a token of the read minter', token('airlock-system', 'airlock-read-minter'), 'rbac', exec('has not opened')],
  [
    'deleting a ServiceAccount that it did not make',
    remove(`${core}/shop/serviceaccounts/app`),
    exec('only names'),
    exec('only names'),
  ],
  [
    'a ServiceAccount of another name',
    post(`${core}/shop/serviceaccounts`, { metadata: { name: 'helper', labels } }),
    exec('only names'),
    exec('only names'),
  ],
  [
    'a ServiceAccount of a name the server makes up',
    post(`${core}/shop/serviceaccounts`, { metadata: { generateName: 'airlock-', labels } }),
    exec('only names'),
    exec('only names'),
  ],
  [
    'a ServiceAccount for an unknown action',
    post(`${core}/shop/serviceaccounts`, { metadata: { name: 'airlock-anything-abcd1234', labels } }),
    exec('only names'),
    exec('only names'),
  ],
  [
    'a ServiceAccount without the label',
    post(`${core}/shop/serviceaccounts`, { metadata: { name } }),
    exec('only objects labelled'),
    exec('only objects labelled'),
  ],
  [
    'a ServiceAccount that a finalizer keeps',
    post(`${core}/shop/serviceaccounts`, { metadata: { name, labels, finalizers: ['a.example/b'] } }),
    exec('no finalizers'),
    exec('no finalizers'),
  ],
  [
    'a ServiceAccount in kube-system',
    post(`${core}/kube-system/serviceaccounts`, { metadata: { name, labels } }),
    'rbac',
    exec('has not opened'),
  ],
  [
    'a ServiceAccount in a namespace not opened',
    post(`${core}/other/serviceaccounts`, { metadata: { name, labels } }),
    'rbac',
    exec('has not opened'),
  ],
  [
    'binding cluster-admin',
    post(`${rbac}/namespaces/shop/rolebindings`, binding({ kind: 'ClusterRole', name: 'cluster-admin' }, name, 'shop')),
    'rbac',
    exec('binds a Role only'),
  ],
  [
    'binding its own ceiling',
    post(
      `${rbac}/namespaces/shop/rolebindings`,
      binding({ kind: 'ClusterRole', name: 'airlock-ceiling' }, name, 'shop'),
    ),
    exec('binds a Role only'),
    exec('binds a Role only'),
  ],
  [
    'binding for somebody else',
    post(`${rbac}/namespaces/shop/rolebindings`, binding({ kind: 'Role', name }, 'app', 'shop', name)),
    exec('binds a Role only'),
    exec('binds a Role only'),
  ],
  [
    'a ClusterRoleBinding',
    post(`${rbac}/clusterrolebindings`, binding({ kind: 'ClusterRole', name: 'airlock-reader' }, name, 'shop')),
    'rbac',
    exec('only creates and deletes'),
  ],
  [
    'using the ceiling itself',
    {
      method: 'PATCH',
      path: '/apis/apps/v1/namespaces/shop/deployments/web?dryRun=All',
      contentType: 'application/merge-patch+json',
      body: { spec: { replicas: 3 } },
    },
    exec('only creates and deletes'),
    exec('only creates and deletes'),
  ],
  [
    'creating a pod',
    post(`${core}/shop/pods`, {
      metadata: { name, labels },
      spec: { serviceAccountName: 'app', containers: [{ name: 'c', image: 'x' }] },
    }),
    'rbac',
    exec('only creates and deletes'),
  ],
  [
    'clearing a halt',
    {
      method: 'PATCH',
      path: `${core}/airlock-system/configmaps/airlock-bounds?dryRun=All`,
      contentType: 'application/merge-patch+json',
      body: { data: { halted: 'false' } },
    },
    'rbac',
    exec('only creates and deletes'),
  ],
  [
    'a Role with the right to delete',
    post(`${rbac}/namespaces/shop/roles`, {
      metadata: { name, labels },
      rules: [rule('deployments', ['web'], ['delete'])],
    }),
    'rbac',
    exec('rules only'),
  ],
  [
    'a Role with wildcards',
    post(`${rbac}/namespaces/shop/roles`, {
      metadata: { name, labels },
      rules: [{ apiGroups: ['*'], resources: ['*'], resourceNames: ['web'], verbs: ['*'] }],
    }),
    'rbac',
    exec('rules only'),
  ],
];

const readAttempts: [name: string, call: KubeCall, alone: Lock, withoutRbac: Lock][] = [
  [
    'binding cluster-admin',
    post(
      `${rbac}/clusterrolebindings`,
      binding({ kind: 'ClusterRole', name: 'cluster-admin' }, readName, 'airlock-system'),
    ),
    'rbac',
    read('binds only airlock-reader'),
  ],
  [
    'binding the reader for somebody else',
    post(
      `${rbac}/clusterrolebindings`,
      binding({ kind: 'ClusterRole', name: 'airlock-reader' }, 'app', 'shop', readName),
    ),
    read('binds only airlock-reader'),
    read('binds only airlock-reader'),
  ],
  [
    'binding the reader in another namespace',
    post(`${rbac}/clusterrolebindings`, binding({ kind: 'ClusterRole', name: 'airlock-reader' }, readName, 'shop')),
    read('binds only airlock-reader'),
    read('binds only airlock-reader'),
  ],
  [
    'a token of the exec minter',
    token('airlock-system', 'airlock-exec-minter'),
    read('only names'),
    read('only names'),
  ],
  ['a token of the halter', token('airlock-system', 'airlock-halter'), read('only names'), read('only names')],
  [
    'a token in kube-system',
    token('kube-system', 'powerful'),
    'rbac',
    read('only ServiceAccounts and tokens in airlock-system'),
  ],
  [
    'deleting the exec minter',
    remove(`${core}/airlock-system/serviceaccounts/airlock-exec-minter`),
    read('only names'),
    read('only names'),
  ],
  [
    'deleting a binding that it did not make',
    remove(`${rbac}/clusterrolebindings/cluster-admin`),
    read('only names'),
    read('only names'),
  ],
  [
    'an identity for an action',
    post(`${core}/airlock-system/serviceaccounts`, { metadata: { name, labels } }),
    read('only names'),
    read('only names'),
  ],
  ['reading anything', { method: 'GET', path: `${core}/shop/pods` }, 'rbac', read('')],
];

/** Both minters' own locks. */
export async function minterCases(t: TestContext, bed: Bed): Promise<void> {
  const minters = [
    { account: 'airlock-exec-minter', token: bed.minters.exec, attempts: execAttempts },
    { account: 'airlock-read-minter', token: bed.minters.read, attempts: readAttempts },
  ];
  for (const { account, token: jwt, attempts } of minters) {
    for (const [attempt, call, alone, withoutRbac] of attempts) {
      await t.test(`${account}: ${attempt}`, async () => {
        refusedBy(alone, await bed.as(jwt)(call));
        // Reads pass no admission: there RBAC is the only lock.
        if (call.method === 'GET') return;
        refusedBy(withoutRbac, await impersonated(bed, `system:serviceaccount:airlock-system:${account}`)(call));
      });
    }
  }
  await t.test('OK: what the minters are for', async () => {
    const fresh = 'airlock-scale-workload-abcd1234';
    const role = { metadata: { name: fresh, labels }, rules: [rule('deployments', ['web'])] };
    done(await bed.as(bed.minters.exec)(post(`${rbac}/namespaces/shop/roles`, role)));
    const bound = binding({ kind: 'ClusterRole', name: 'airlock-reader' }, readName, 'airlock-system');
    done(await bed.as(bed.minters.read)(post(`${rbac}/clusterrolebindings`, bound)));
  });
}
