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

/** The two releases of `ledger`. All 600 arguments, the last character of the command, and the image differ. */
export const releases = {
  old: { image: 'registry.shop.example/ledger:1', command: `${same}a` },
  new: { image: 'registry.shop.example/ledger:2', command: `${same}b` },
};

/** Creates `ledger` with two releases, and waits until both have a ReplicaSet and the pod of the second is ready. */
export async function createLedger({ admin, adminApi }: Environment): Promise<void> {
  await admin({ method: 'POST', path, body: manifest('old') });
  await waitUntilReady(adminApi.get, 1);
  const live = (await adminApi.get(ledger)) as KubeObject;
  await admin({ method: 'PUT', path: `${path}/ledger`, body: { ...live, spec: manifest('new')['spec'] } });
  await waitUntilReady(adminApi.get, 2);
}

/** A plan that restores the first release, made from redacted objects as reasoning makes it. */
export async function undoLedger(reader: ClusterReader, redactor: Redactor): Promise<Plan> {
  const live = (await reader.get(ledger)) as KubeObject;
  const sets = controlledBy(await reader.list(knownResourceMapping('apps/v1', 'ReplicaSet'), 'shop'), live);
  const named = (release: keyof typeof releases): string =>
    sets.find(({ spec }) => spec.template.spec.containers[0].image === releases[release].image)?.metadata.name ?? '';
  const parameters = { deployment: 'ledger', fromReplicaSet: named('new'), toReplicaSet: named('old') };
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

async function waitUntilReady(get: (ref: ObjectRef) => Promise<KubeObject | undefined>, generation: number) {
  await waitFor({ what: `generation ${generation} of ledger`, every: 100, within: 30_000 }, async () => {
    const { observedGeneration, replicas, updatedReplicas, availableReplicas } = (await get(ledger))?.['status'] ?? {};
    return observedGeneration >= generation && [replicas, updatedReplicas, availableReplicas].every((n) => n === 1);
  });
}

function manifest(release: keyof typeof releases): KubeObject {
  const { image, command } = releases[release];
  const args = Array.from({ length: 600 }, (_, index) => `--${release}-${index}`);
  const resources = { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '10m', memory: '16Mi' } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'ledger', namespace: 'shop' },
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
