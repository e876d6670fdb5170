import type { TestContext } from 'node:test';
import type { KubeAnswer, KubeRequester } from '../../src/platform/kubernetes/kube-client.ts';
import { done, impersonated, minted, refusedBy, rule, type Guardrail } from './attempt.ts';
import { deployment, workloads } from '../../stack/shop/workloads.ts';
import type { Environment } from './environment.ts';
import { initContainers } from './shop.ts';

const deployments = '/apis/apps/v1/namespaces/shop/deployments';
const template = '/spec/template';
const pod = `${template}/spec`;
const shop = `${pod}/containers/0`;
const init = `${pod}/initContainers/0`;
const mounts = `${shop}/volumeMounts`;

type Operation = { op: 'add' | 'replace' | 'remove'; path: string; value?: unknown };

const set = (path: string, value: unknown): Operation[] => [{ op: 'add', path, value }];
const undo = (says: string): Guardrail => ({ policy: 'airlock-identities', says: `undo-rollout: ${says}` });

/** Changes that a release makes, and that an undo must be able to make. */
const allowed: Record<string, Operation[]> = {
  'another tag of the same image': set(`${shop}/image`, 'registry.example:5000/shop/web:1'),
  'a digest of the same image': set(`${shop}/image`, `registry.example:5000/shop/web@sha256:${'a'.repeat(64)}`),
  'an env literal': set(`${shop}/env/0/value`, 'slow'),
  'arguments, resources and a probe': [
    ...set(`${shop}/args`, ['--listen', ':8081']),
    ...set(`${shop}/resources`, { requests: { cpu: '10m' } }),
    ...set(`${shop}/livenessProbe`, { tcpSocket: { port: 8080 } }),
  ],
  'fewer mounts, and a mount that becomes read-only': [
    ...set(`${mounts}/1/readOnly`, true),
    { op: 'remove', path: `${mounts}/2` },
  ],
  'fewer Secrets': [{ op: 'remove', path: `${shop}/env/1` }],
  'labels and annotations that the administrator lists': [
    ...set(`${template}/metadata/labels/app.kubernetes.io~1version`, '1'),
    ...set(`${template}/metadata/annotations/checksum~1config`, 'a'),
  ],
  "Airlock's annotations": set('/metadata/annotations/airlock.dev~1execution', 'exe-1.do-1'),
};

const secret = (name: string, key: string) => ({ name: 'STOLEN', valueFrom: { secretKeyRef: { name, key } } });
const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'n', uid: '00000000-0000-0000-0000-000000000001' };
const templateMetadata = undo("of the template's metadata, only labels and annotations");
const podField = undo('only containers, initContainers');
const kept = undo('container names, and container fields such as securityContext');
const noMount = undo('no container may have a volume mount, file or device');
const noSecret = undo('no container may read a Secret');
const secretMount = { name: 'password', mountPath: '/password' };

const refused: [name: string, operations: Operation[], guardrail: Guardrail][] = [
  ['ownerReferences', set('/metadata/ownerReferences', [owner]), undo('labels, owners')],
  ['finalizers', set('/metadata/finalizers', ['a.example/b']), undo('labels, owners')],
  ['labels', set('/metadata/labels/app', 'db'), undo('labels, owners')],
  ["an annotation of the shop's team", set('/metadata/annotations/team', 'x'), undo('annotations other')],
  ['removing an annotation', [{ op: 'remove', path: '/metadata/annotations/team' }], undo('annotations other')],
  ['replicas', set('/spec/replicas', 9), undo('only the template of the spec')],
  ['strategy', set('/spec/strategy', { type: 'Recreate' }), undo('only the template of the spec')],
  ['paused', set('/spec/paused', true), undo('only the template of the spec')],
  ['revisionHistoryLimit', set('/spec/revisionHistoryLimit', 0), undo('only the template of the spec')],
  ['a label of the template', set(`${template}/metadata/labels/role`, 'admin'), undo("the template's labels")],
  [
    'an annotation of the template',
    set(`${template}/metadata/annotations/sidecar.example~1inject`, 'yes'),
    undo("the template's annotations"),
  ],
  ["the template's finalizers", set(`${template}/metadata/finalizers`, ['a.example/b']), templateMetadata],
  ["the template's owners", set(`${template}/metadata/ownerReferences`, [owner]), templateMetadata],
  ["the template's name", set(`${template}/metadata/name`, 'x'), templateMetadata],
  ["the template's generateName", set(`${template}/metadata/generateName`, 'x-'), templateMetadata],
  ['serviceAccountName', set(`${pod}/serviceAccountName`, 'app'), podField],
  ['automountServiceAccountToken', set(`${pod}/automountServiceAccountToken`, true), podField],
  ['a hostPath volume', set(`${pod}/volumes/-`, { name: 'h', hostPath: { path: '/' } }), podField],
  ['a Secret volume', set(`${pod}/volumes/-`, { name: 's', secret: { secretName: 'shop-database' } }), podField],
  ['hostNetwork', set(`${pod}/hostNetwork`, true), podField],
  ['hostPID', set(`${pod}/hostPID`, true), podField],
  ['hostIPC', set(`${pod}/hostIPC`, true), podField],
  ['shareProcessNamespace', set(`${pod}/shareProcessNamespace`, true), podField],
  ['runAsUser of the pod', set(`${pod}/securityContext`, { runAsUser: 0 }), podField],
  ['nodeName', set(`${pod}/nodeName`, 'control-plane'), podField],
  ['tolerations', set(`${pod}/tolerations`, [{ operator: 'Exists' }]), podField],
  ['priorityClassName', set(`${pod}/priorityClassName`, 'system-node-critical'), podField],
  ['imagePullSecrets', set(`${pod}/imagePullSecrets`, [{ name: 'shop-database' }]), podField],
  ['a container that may escalate', set(`${shop}/securityContext/allowPrivilegeEscalation`, true), kept],
  ['removing the securityContext', [{ op: 'remove', path: `${shop}/securityContext` }], kept],
  ['another container', set(`${pod}/containers/-`, { name: 'more', image: 'registry.example:5000/shop/web:1' }), kept],
  ['another init container', set(`${pod}/initContainers/-`, { name: 'more', image: 'shop/migrate' }), kept],
  ['terminationMessagePolicy', set(`${shop}/terminationMessagePolicy`, 'FallbackToLogsOnError'), kept],
  ['terminationMessagePath', set(`${shop}/terminationMessagePath`, '/logs/out'), kept],
  ['another order of the init containers', set(`${pod}/initContainers`, [...initContainers].reverse()), kept],
  ['removing the init containers', [{ op: 'remove', path: `${pod}/initContainers` }], kept],
  [
    'an image from elsewhere',
    set(`${shop}/image`, 'evil.example/shop/web:1'),
    undo('each container must keep its image repository'),
  ],
  [
    'an image beside it in the registry',
    set(`${shop}/image`, 'registry.example:5000/shop/webshell:1'),
    undo('each container must keep its image repository'),
  ],
  [
    'an image of another port',
    set(`${shop}/image`, 'registry.example:5001/shop/web:1'),
    undo('each container must keep its image repository'),
  ],
  [
    "another init container's image",
    set(`${init}/image`, 'evil.example/x'),
    undo('each container must keep its image repository'),
  ],
  ['another key of a Secret', set(`${shop}/env/-`, secret('shop-database', 'other')), noSecret],
  ['another Secret', set(`${shop}/env/-`, secret('root-password', 'password')), noSecret],
  ['a whole Secret', set(`${shop}/envFrom`, [{ secretRef: { name: 'shop-database' } }]), noSecret],
  ["a Secret in an init container's env", set(`${init}/env`, [secret('root-password', 'x')]), noSecret],
  ["another container's Secret in env", set(`${init}/env`, [secret('shop-database', 'password')]), noSecret],
  ['a read-only mount that becomes writable', [{ op: 'remove', path: `${mounts}/0/readOnly` }], noMount],
  ['a whole volume instead of its subPath', [{ op: 'remove', path: `${mounts}/1/subPath` }], noMount],
  ['another subPath', set(`${mounts}/1/subPath`, 'b'), noMount],
  ['a mount elsewhere', set(`${mounts}/1/mountPath`, '/usr/local/bin'), noMount],
  ["another container's Secret volume", set(`${init}/volumeMounts`, [secretMount]), noMount],
  ['a volume that no container mounts', set(`${mounts}/-`, { name: 'spare', mountPath: '/spare' }), noMount],
  ['a mount that propagates to the node', set(`${mounts}/0/mountPropagation`, 'HostToContainer'), noMount],
  ['a subPathExpr', set(`${mounts}/0/subPathExpr`, '$(MODE)'), noMount],
  [
    'a file of a volume as a variable',
    set(`${shop}/env/-`, {
      name: 'F',
      valueFrom: { fileKeyRef: { volumeName: 'spare', path: 'f', key: 'K' } },
    }),
    noMount,
  ],
  ['an extended resource', set(`${shop}/resources`, { limits: { 'example.com/gpu': '1' } }), noMount],
  ['a device', set(`${shop}/resources/claims`, [{ name: 'gpu' }]), noMount],
  ['a host port', set(`${shop}/ports/0/hostPort`, 8080), undo('the pod must not open a new host port')],
  [
    'another protocol of a host port',
    set(`${shop}/ports/1/protocol`, 'UDP'),
    undo('the pod must not open a new host port'),
  ],
  [
    'another port behind a host port',
    set(`${shop}/ports/1/containerPort`, 22),
    undo('the pod must not open a new host port'),
  ],
  ['a probe of another host', set(`${shop}/readinessProbe/httpGet/host`, '169.254.169.254'), undo('probes and hooks')],
  [
    'a hook that calls another host',
    set(`${shop}/lifecycle`, { preStop: { httpGet: { host: '10.0.0.1', port: 80 } } }),
    undo('probes and hooks'),
  ],
];

const patch = (as: KubeRequester, operations: Operation[], path = `${deployments}/web`): Promise<KubeAnswer> =>
  as({ method: 'PATCH', path: `${path}?dryRun=All`, contentType: 'application/json-patch+json', body: operations });

/** Guardrail 4 for `undo-rollout`, with a credential that Vault minted and whose RBAC allows each of these patches. */
export async function undoRolloutCases(t: TestContext, environment: Environment): Promise<void> {
  const as = await minted(environment, 'undo-rollout', [rule('deployments', ['web'])]);
  for (const [name, operations] of Object.entries(allowed)) {
    await t.test(`${name}`, async () => void done(await patch(as, operations)));
  }
  for (const [name, operations, guardrail] of refused) {
    await t.test(`refused: ${name}`, async () => refusedBy(guardrail, await patch(as, operations)));
  }
  await t.test('a whole release of the embedded shop can be undone', async () => {
    const cart = workloads.find(({ name }) => name === 'cart');
    if (!cart) throw new Error('the shop has no Deployment cart');
    done(await environment.admin({ method: 'POST', path: deployments, body: deployment(cart, 2) }));
    const other = await minted(environment, 'undo-rollout', [rule('deployments', ['cart'])]);
    done(await patch(other, set(template, deployment(cart, 1)['spec'].template), `${deployments}/cart`));
  });
  await t.test('refused: what determines the directory of a mount with subPathExpr', async () => {
    const files = `${deployments}/files`;
    const own = await minted(environment, 'undo-rollout', [rule('deployments', ['files'])]);
    done(await patch(own, set(`${init}/command`, ['x']), files));
    const changes = [
      set(`${init}/env/0/value`, 'other'),
      set(`${init}/envFrom`, [{ configMapRef: { name: 'x' } }]),
      set(`${init}/resources`, { limits: { cpu: '1' } }),
      set(`${template}/metadata/labels/app.kubernetes.io~1version`, '1'),
      set(`${template}/metadata/annotations/checksum~1config`, 'a'),
    ];
    for (const change of changes) refusedBy(noMount, await patch(own, change, files));
  });
  await t.test('refused: another Deployment', async () => refusedBy('rbac', await patch(as, [], `${deployments}/db`)));
  await t.test('refused: deleting it', async () => {
    refusedBy('rbac', await as({ method: 'DELETE', path: `${deployments}/web?dryRun=All` }));
  });
  await t.test('refused by admission without RBAC: other verbs, subresources, objects and namespaces', async () => {
    const free = impersonated(environment, 'system:serviceaccount:shop:airlock-undo-rollout-abcd1234');
    const only = undo('may update only Deployments, not their scale or status');
    const scale = [{ op: 'replace' as const, path: '/spec/replicas', value: 3 }];
    refusedBy(only, await patch(free, scale, `${deployments}/web/scale`));
    refusedBy(only, await patch(free, set('/status/replicas', 0), `${deployments}/web/status`));
    refusedBy(only, await free({ method: 'DELETE', path: `${deployments}/web?dryRun=All` }));
    refusedBy(only, await free({ method: 'DELETE', path: `${deployments}?dryRun=All` }));
    refusedBy(only, await free({ method: 'DELETE', path: '/api/v1/namespaces/shop/secrets/shop-database?dryRun=All' }));
    refusedBy(
      only,
      await free({ method: 'POST', path: '/api/v1/namespaces/shop/serviceaccounts/app/token', body: { spec: {} } }),
    );
    const elsewhere = impersonated(environment, 'system:serviceaccount:other:airlock-undo-rollout-abcd1234');
    const otherNamespace: Guardrail = { policy: 'airlock-identities', says: 'may only write in its own namespace' };
    refusedBy(otherNamespace, await patch(elsewhere, allowed['an env literal'] ?? []));
    refusedBy(
      otherNamespace,
      await free({ method: 'POST', path: '/api/v1/namespaces?dryRun=All', body: { metadata: { name: 'x' } } }),
    );
  });
}
