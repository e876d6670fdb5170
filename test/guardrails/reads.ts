import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Secret } from '../../src/platform/secret.ts';
import { deniedByVault, done, refusedBy } from './attempt.ts';
import type { Bed } from './environment.ts';

const readable = [
  ...['nodes', 'pods', 'namespaces', 'events', 'services', 'configmaps', 'serviceaccounts', 'resourcequotas'],
  ...['limitranges', 'persistentvolumes', 'persistentvolumeclaims', 'replicationcontrollers'],
].map((kind) => `/api/v1/${kind}`);
const others = [
  ...['deployments', 'replicasets', 'statefulsets', 'daemonsets', 'controllerrevisions'].map(
    (kind) => `apps/v1/${kind}`,
  ),
  ...['batch/v1/jobs', 'batch/v1/cronjobs', 'autoscaling/v2/horizontalpodautoscalers'],
  ...['policy/v1/poddisruptionbudgets', 'scheduling.k8s.io/v1/priorityclasses', 'node.k8s.io/v1/runtimeclasses'],
  ...['storageclasses', 'csinodes', 'volumeattachments'].map((kind) => `storage.k8s.io/v1/${kind}`),
  ...['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'].map(
    (kind) => `rbac.authorization.k8s.io/v1/${kind}`,
  ),
  ...['validatingadmissionpolicies', 'validatingadmissionpolicybindings', 'mutatingwebhookconfigurations'].map(
    (kind) => `admissionregistration.k8s.io/v1/${kind}`,
  ),
  ...['validatingwebhookconfigurations'].map((kind) => `admissionregistration.k8s.io/v1/${kind}`),
  ...['apiregistration.k8s.io/v1/apiservices', 'apiextensions.k8s.io/v1/customresourcedefinitions'],
  'resource.k8s.io/v1/resourceclaims',
].map((path) => `/apis/${path}`);

const lease = { kubernetes_namespace: 'airlock-system', cluster_role_binding: true };

/** What observation can read, and that it can do nothing else; what the other planes get from Vault. */
export async function readCases(t: TestContext, { vault, as, admin }: Bed): Promise<void> {
  const { observe } = vault;
  const { lease_id: id, lease_duration: seconds, data } = await observe.write('k8s-east-read/creds/reader', lease);
  const reader = as(new Secret<string>(data.service_account_token));

  await t.test('OK: a read lease lists everything that a snapshot holds, the locks too', async () => {
    assert.equal(seconds, 900);
    for (const path of [...readable, ...others]) done(await reader({ method: 'GET', path }));
    const bounds = await reader({ method: 'GET', path: '/api/v1/namespaces/airlock-system/configmaps/airlock-bounds' });
    assert.deepEqual(done(bounds).data, { minReplicas: '1', maxReplicas: '20' });
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
  await t.test('OK: observation revokes its own lease, and nothing is left of it', async () => {
    await observe.write(`sys/leases/revoke/${id}`, { sync: true });
    const until = Date.now() + 2_000;
    while ((await reader({ method: 'GET', path: '/api/v1/nodes' })).status < 400) {
      assert.ok(Date.now() < until, 'a revoked read lease still works after two seconds');
      await sleep(20);
    }
    const name = String(data.service_account_name);
    const bindings = `/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/${name}`;
    for (const path of [bindings, `/api/v1/namespaces/airlock-system/serviceaccounts/${name}`]) {
      assert.equal((await admin({ method: 'GET', path })).status, 404);
    }
  });
  await t.test('Vault refuses observation other leases, other places and longer lives', async () => {
    await deniedByVault(observe.write('k8s-east-read/creds/reader', { ...lease, kubernetes_namespace: 'shop' }));
    await deniedByVault(observe.write('k8s-east-read/creds/reader', { ...lease, ttl: '86400s' }));
    await deniedByVault(observe.write('k8s-east-read/creds/reader', { ...lease, cluster_role_binding: false }));
    await deniedByVault(observe.write('k8s-east-read/roles/reader', { service_account_name: 'airlock-exec-minter' }));
    await deniedByVault(observe.write('k8s-east-exec/roles/exec-1', { generated_role_rules: '{}' }));
    await deniedByVault(observe.write('k8s-east-exec/creds/exec-1', { kubernetes_namespace: 'shop' }));
  });
  await t.test('Vault refuses reasoning and governance every mint', async () => {
    for (const plane of [vault.reason, vault.serve]) {
      await deniedByVault(plane.write('k8s-east-read/creds/reader', lease));
      await deniedByVault(plane.write('k8s-east-exec/roles/exec-1', { generated_role_rules: '{}' }));
      await deniedByVault(plane.write('k8s-east-exec/creds/exec-1', { kubernetes_namespace: 'shop' }));
      await deniedByVault(plane.read('k8s-east-exec/config'));
    }
  });
}
