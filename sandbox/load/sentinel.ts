import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import { metadataPrefix } from '../../src/domain/names.ts';
import { EarlyOutcome } from '../report/early-outcome.ts';
import type { ClusterState } from '../cluster-state.ts';

const name = 'airlock-sandbox-sentinel';
const uid = (end: number): string => `00000000-0000-4000-8000-00000000000${end}`;
const created = '2026-01-01T00:00:00Z';

/**
 * Returns the sentinel: a namespace with one Deployment and its ReplicaSet, both without replicas and without status.
 * The sentinel shows that the controllers run, because a running controller writes the status. Without the sentinel,
 * controllers that have nothing to do would look like controllers that do not run yet. The Deployment has no pods, so
 * the admission policies and quotas of the target have nothing to refuse.
 */
export function sentinel(): KubeObject[] {
  const labels = { [`${metadataPrefix}sentinel`]: 'true' };
  const meta = (end: number, extra: object = {}) => ({
    name,
    uid: uid(end),
    creationTimestamp: created,
    labels,
    ...extra,
  });
  const hash = { 'pod-template-hash': 'sentinel' };
  const template = (more: object = {}) => ({
    metadata: { labels: { ...labels, ...more } },
    spec: { containers: [{ name: 'sentinel', image: 'sentinel' }] },
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

/** Waits until the controllers have written the sentinel's status. @throws EarlyOutcome `failed` at the deadline. */
export async function waitForControllers(clusterState: ClusterState, deadlineMs: number): Promise<void> {
  const isObserved = (object: KubeObject): boolean => object['status']?.observedGeneration === 1;
  const acted = await clusterState.waitUntil(() => {
    const sentinels = clusterState.objects().filter((object) => object.metadata.namespace === name);
    return sentinels.length === 2 && sentinels.every(isObserved);
  }, deadlineMs);
  if (acted) return;
  throw new EarlyOutcome('failed', `the controllers did not act within ${deadlineMs / 1000} s after their start`);
}
