import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { Secret } from '../../src/platform/secret.ts';
import { deniedByVault, done, refusedBy, untilRefused } from './attempt.ts';
import type { Environment } from './environment.ts';

const readable = [
  'nodes',
  'pods',
  'namespaces',
  'events',
  'services',
  'configmaps',
  'serviceaccounts',
  'resourcequotas',
  'limitranges',
  'persistentvolumes',
  'persistentvolumeclaims',
  'replicationcontrollers',
].map((kind) => `/api/v1/${kind}`);
const others = [
  ...['deployments', 'replicasets', 'statefulsets', 'daemonsets', 'controllerrevisions'].map(
    (kind) => `apps/v1/${kind}`,
  ),
  'batch/v1/jobs',
  'batch/v1/cronjobs',
  'autoscaling/v2/horizontalpodautoscalers',
  'policy/v1/poddisruptionbudgets',
  'scheduling.k8s.io/v1/priorityclasses',
  'node.k8s.io/v1/runtimeclasses',
  ...['storageclasses', 'csinodes', 'volumeattachments'].map((kind) => `storage.k8s.io/v1/${kind}`),
  ...['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'].map(
    (kind) => `rbac.authorization.k8s.io/v1/${kind}`,
  ),
  ...['validatingadmissionpolicies', 'validatingadmissionpolicybindings', 'mutatingwebhookconfigurations'].map(
    (kind) => `admissionregistration.k8s.io/v1/${kind}`,
  ),
  ...['validatingwebhookconfigurations'].map((kind) => `admissionregistration.k8s.io/v1/${kind}`),
  'apiregistration.k8s.io/v1/apiservices',
  'apiextensions.k8s.io/v1/customresourcedefinitions',
  'resource.k8s.io/v1/resourceclaims',
].map((path) => `/apis/${path}`);

const lease = { kubernetes_namespace: 'airlock-system', cluster_role_binding: true };

/** Observation can read and do nothing else; the other planes get no credential from Vault. */
export async function readCases(t: TestContext, { vault, as, admin }: Environment): Promise<void> {
  const { observe } = vault;
  const { lease_id: id, lease_duration: seconds, data } = await observe.write('k8s-east-read/creds/reader', lease);
  const reader = as(new Secret<string>(data.service_account_token));

  await t.test('a read lease lists everything that a snapshot contains, including the guardrails', async () => {
    assert.equal(seconds, 900);
    for (const path of [...readable, ...others]) done(await reader({ method: 'GET', path }));
    const limits = await reader({ method: 'GET', path: '/api/v1/namespaces/airlock-system/configmaps/airlock-limits' });
    assert.deepEqual(done(limits).data, { minReplicas: '1', maxReplicas: '20' });
    done(await reader({ method: 'GET', path: '/version' }));
  });
  await t.test('refused: Secrets, tokens, logs, exec', async () => {
    const shop = '/api/v1/namespaces/shop';
    refusedBy('rbac', await reader({ method: 'GET', path: '/api/v1/secrets' }));
    refusedBy('rbac', await reader({ method: 'GET', path: `${shop}/secrets/shop-database` }));
    refusedBy('rbac', await reader({ method: 'POST', path: `${shop}/serviceaccounts/app/token`, body: {} }));
    refusedBy('rbac', await reader({ method: 'GET', path: `${shop}/pods/web/log` }));
    refusedBy('rbac', await reader({ method: 'POST', path: `${shop}/pods/web/exec` }));
    refusedBy('rbac', await reader({ method: 'POST', path: `${shop}/pods/web/ephemeralcontainers` }));
  });
  await t.test('refused: every write', async () => {
    const web = '/apis/apps/v1/namespaces/shop/deployments/web';
    const contentType = 'application/merge-patch+json';
    refusedBy('rbac', await reader({ method: 'PATCH', path: web, contentType, body: { spec: { replicas: 3 } } }));
    refusedBy(
      'rbac',
      await reader({ method: 'PATCH', path: `${web}/scale`, contentType, body: { spec: { replicas: 3 } } }),
    );
    refusedBy('rbac', await reader({ method: 'DELETE', path: web }));
    refusedBy(
      'rbac',
      await reader({ method: 'POST', path: '/api/v1/namespaces/shop/configmaps', body: { metadata: { name: 'x' } } }),
    );
  });
  await t.test('observation revokes its own lease, and the target has no object of it afterwards', async () => {
    await observe.write(`sys/leases/revoke/${id}`, { sync: true });
    await untilRefused(() => reader({ method: 'GET', path: '/api/v1/nodes' }));
    const name = String(data.service_account_name);
    const bindings = `/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/${name}`;
    for (const path of [bindings, `/api/v1/namespaces/airlock-system/serviceaccounts/${name}`]) {
      assert.equal((await admin({ method: 'GET', path })).status, 404);
    }
  });
  await t.test('Vault refuses observation other leases, other namespaces and longer lives', async () => {
    await deniedByVault(observe.write('k8s-east-read/creds/reader', { ...lease, kubernetes_namespace: 'shop' }));
    await deniedByVault(observe.write('k8s-east-read/creds/reader', { ...lease, ttl: '86400s' }));
    await deniedByVault(observe.write('k8s-east-read/creds/reader', { ...lease, cluster_role_binding: false }));
    await deniedByVault(observe.write('k8s-east-read/roles/reader', { service_account_name: 'airlock-exec-minter' }));
    await deniedByVault(observe.write('k8s-east-exec/roles/exec-1', { generated_role_rules: '{}' }));
    await deniedByVault(observe.write('k8s-east-exec/creds/exec-1', { kubernetes_namespace: 'shop' }));
  });
  await t.test('Vault refuses every mint to reasoning and governance', async () => {
    for (const plane of [vault.reason, vault.serve]) {
      await deniedByVault(plane.write('k8s-east-read/creds/reader', lease));
      await deniedByVault(plane.write('k8s-east-exec/roles/exec-1', { generated_role_rules: '{}' }));
      await deniedByVault(plane.write('k8s-east-exec/creds/exec-1', { kubernetes_namespace: 'shop' }));
      await deniedByVault(plane.read('k8s-east-exec/config'));
    }
  });
}
