import type { TestContext } from 'node:test';
import type { KubeAnswer, KubeRequester } from '../../src/platform/kubernetes/kube-client.ts';
import { done, impersonated, minted, refusedBy, rule, type Guardrail } from './attempt.ts';
import type { Environment } from './environment.ts';

const web = '/apis/apps/v1/namespaces/shop/deployments/web';
const scaleTo = (as: KubeRequester, replicas: number, path = `${web}/scale`): Promise<KubeAnswer> =>
  as({
    method: 'PATCH',
    path: `${path}?dryRun=All`,
    contentType: 'application/merge-patch+json',
    body: { spec: { replicas } },
  });

/** Guardrail 4 for `scale-workload`, and for identities that carry no known action. */
export async function scaleWorkloadCases(t: TestContext, environment: Environment): Promise<void> {
  const as = await minted(environment, 'scale-workload', [
    rule('deployments/scale', ['web']),
    rule('deployments', ['web']),
  ]);
  const range: Guardrail = {
    policy: 'airlock-limits',
    says: "scale-workload: the number of replicas is outside the administrator's range",
  };
  const only: Guardrail = { policy: 'airlock-identities', says: 'scale-workload: may change only the scale' };
  const { minReplicas, maxReplicas } = environment.values;

  await t.test("both ends of the administrator's range", async () => {
    done(await scaleTo(as, minReplicas));
    done(await scaleTo(as, maxReplicas));
  });
  await t.test('refused: one more, one less, none', async () => {
    refusedBy(range, await scaleTo(as, maxReplicas + 1));
    refusedBy(range, await scaleTo(as, minReplicas - 1));
    refusedBy(range, await scaleTo(as, 0));
  });
  await t.test('refused: replicas beside /scale, an image, another workload', async () => {
    refusedBy(only, await scaleTo(as, 3, web));
    const image = { spec: { template: { spec: { containers: [{ name: 'shop', image: 'evil' }] } } } };
    const contentType = 'application/strategic-merge-patch+json';
    refusedBy(only, await as({ method: 'PATCH', path: `${web}?dryRun=All`, contentType, body: image }));
    refusedBy('rbac', await scaleTo(as, 3, '/apis/apps/v1/namespaces/shop/deployments/db/scale'));
  });
  await t.test('refused: identities whose name contains no action', async () => {
    const none: Guardrail = { policy: 'airlock-identities', says: 'contains no allowed action' };
    for (const name of [
      'airlock-x',
      'airlock-drain-node-abcd1234',
      'airlock-scale-workload-abc',
      'airlock-scale-workload-abcd1234x',
    ]) {
      refusedBy(none, await scaleTo(impersonated(environment, `system:serviceaccount:shop:${name}`), 3));
    }
    refusedBy(
      none,
      await scaleTo(impersonated(environment, 'system:serviceaccount:airlock-system:airlock-read-abcd1234'), 3),
    );
  });
}
