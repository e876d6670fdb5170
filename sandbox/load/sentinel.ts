import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import { prefix } from '../../src/domain/names.ts';
import { Ending } from '../report/early-outcome.ts';
import type { World } from '../cluster-state.ts';

const name = 'airlock-sandbox-canary';
const uid = (end: number): string => `00000000-0000-4000-8000-00000000000${end}`;
const created = '2026-01-01T00:00:00Z';

/**
 * A Deployment without replicas in a namespace of its own, whose status nobody has written yet: once its controllers
 * have, "nothing changed" means something. It asks them for no write that a cluster's own policies could refuse.
 */
export function canary(): KubeObject[] {
  const labels = { [`${prefix}canary`]: 'true' };
  const meta = (end: number, extra: object = {}) => ({
    name,
    uid: uid(end),
    creationTimestamp: created,
    labels,
    ...extra,
  });
  const hash = { 'pod-template-hash': 'canary' };
  const template = (more: object = {}) => ({
    metadata: { labels: { ...labels, ...more } },
    spec: { containers: [{ name: 'canary', image: 'canary' }] },
  });
  const owner = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    name,
    uid: uid(2),
    controller: true,
    blockOwnerDeletion: true,
  };
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: meta(1),
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: meta(2, { namespace: name, generation: 1 }),
      spec: { replicas: 0, selector: { matchLabels: labels }, template: template() },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: meta(3, { namespace: name, generation: 1, labels: { ...labels, ...hash }, ownerReferences: [owner] }),
      spec: { replicas: 0, selector: { matchLabels: { ...labels, ...hash } }, template: template(hash) },
    },
  ];
}

/** Resolves when the controllers have acted on the canary. @throws Ending `failed` when they have not by the deadline. */
export async function controllersAct(world: World, deadlineMs: number): Promise<void> {
  const seen = (object: KubeObject): boolean => object['status']?.observedGeneration === 1;
  const acted = await world.until(() => {
    const mine = world.objects().filter((object) => object.metadata.namespace === name);
    return mine.length === 2 && mine.every(seen);
  }, deadlineMs);
  if (!acted) throw new Ending('failed', `the controllers did not act within ${deadlineMs / 1000} s of their start`);
}
