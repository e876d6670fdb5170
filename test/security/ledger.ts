import { propose } from '../../src/actions/propose.ts';
import type { KubeObject, ObjectRef } from '../../src/domain/kubernetes/object.ts';
import { controlledBy } from '../../src/domain/kubernetes/owner-chain.ts';
import { knownResourceMapping } from '../../src/domain/kubernetes/resource-mapping.ts';
import type { Plan } from '../../src/domain/plan/plan.ts';
import type { Redactor } from '../../src/domain/rehearsal/ports.ts';
import { digestOf } from '../../src/lib/digest.ts';
import type { ClusterReader } from '../../src/observation/ports.ts';
import { redact } from '../../src/observation/snapshot/redact.ts';
import { waitFor } from '../../src/platform/wait-for.ts';
import type { Environment } from '../observation/environment.ts';

const ledger: ObjectRef = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'ledger' };
const path = '/apis/apps/v1/namespaces/shop/deployments';
const same = 'x'.repeat(4_999);

/** Argo CD puts this annotation on the objects that it manages, and may revert their changes. */
export const gitOpsAnnotation = 'argocd.argoproj.io/tracking-id';

/** The releases of `ledger`. All arguments, the last character of the command, and the image differ. */
export const releases = {
  old: { image: 'registry.shop.example/ledger:1', command: `${same}a`, args: 600 },
  new: { image: 'registry.shop.example/ledger:2', command: `${same}b`, args: 600 },
  huge: { image: 'registry.shop.example/ledger:3', command: `${same}c`, args: 2_001 },
};
type Release = keyof typeof releases;

/** Creates `ledger` with its first release, and then rolls out the second. */
export async function createLedger(environment: Environment): Promise<void> {
  const { status } = await environment.admin({ method: 'POST', path, body: manifest('old') });
  if (status !== 201) throw new Error(`the API server answered ${status}`);
  await waitUntilReady(environment);
  await release(environment, 'new');
}

/** Rolls out a release of `ledger`, and waits until its pod is ready. */
export async function release(environment: Environment, name: Release): Promise<void> {
  const live = (await environment.adminApi.get(ledger)) as KubeObject;
  const body = { ...live, spec: manifest(name)['spec'] };
  const { status } = await environment.admin({ method: 'PUT', path: `${path}/ledger`, body });
  if (status !== 200) throw new Error(`the API server answered ${status}`);
  await waitUntilReady(environment);
}

/** A plan that restores the first release of `ledger`, made from redacted objects as reasoning makes it. */
export async function undoLedger(reader: ClusterReader, redactor: Redactor, from: Release): Promise<Plan> {
  const live = (await reader.get(ledger)) as KubeObject;
  const sets = controlledBy(await reader.list(knownResourceMapping('apps/v1', 'ReplicaSet'), 'shop'), live);
  const named = (name: Release): string =>
    sets.find(({ spec }) => spec.template.spec.containers[0].image === releases[name].image)?.metadata.name ?? '';
  const parameters = { deployment: 'ledger', fromReplicaSet: named(from), toReplicaSet: named('old') };
  return {
    version: 'airlock-plan/1',
    cluster: 'east',
    namespace: 'shop',
    playbook: { name: 'test', digest: digestOf('test') },
    action: 'undo-rollout',
    ...propose('shop', [{ action: 'undo-rollout', parameters }], await redact(redactor, 'east', [live, ...sets])),
    success: ['template'],
    summary: 'restore the first release of ledger',
  };
}

async function waitUntilReady({ adminApi }: Environment): Promise<void> {
  await waitFor({ what: 'the latest release of ledger', every: 100, within: 30_000 }, async () => {
    const { metadata, ...live } = (await adminApi.get(ledger)) as KubeObject;
    const { observedGeneration, replicas, updatedReplicas, availableReplicas } = live['status'] ?? {};
    const counts = [replicas, updatedReplicas, availableReplicas];
    return observedGeneration === metadata.generation && counts.every((count) => count === 1);
  });
}

function manifest(name: Release): KubeObject {
  const { image, command, args: count } = releases[name];
  const args = Array.from({ length: count }, (_, index) => `--${name}-${index}`);
  const resources = { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '10m', memory: '16Mi' } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'ledger', namespace: 'shop', annotations: { [gitOpsAnnotation]: 'shop' } },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'ledger' } },
      template: {
        metadata: { labels: { app: 'ledger' } },
        spec: { containers: [{ name: 'ledger', image, command: ['/bin/run', command], args, resources }] },
      },
    },
  };
}
