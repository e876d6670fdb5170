import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import { metadataPrefix } from '../../src/domain/names.ts';
import { EarlyOutcome } from '../report/early-outcome.ts';
import type { ClusterState } from '../cluster-state.ts';

/** The name of three objects: the Namespace, the Deployment and the ReplicaSet. */
const name = 'airlock-sandbox-sentinel';
const uid = (lastDigit: number): string => `00000000-0000-4000-8000-00000000000${lastDigit}`;
const creationTimestamp = '2026-01-01T00:00:00Z';

/**
 * Returns the sentinel: a Namespace with one Deployment and its ReplicaSet. The Deployment and the ReplicaSet have no
 * status. The Deployment controller and the ReplicaSet controller write the status as soon as they run. Without the
 * sentinel, controllers that have nothing to do would look like controllers that do not run yet. `replicas` is 0,
 * because the target's admission policies could refuse pods.
 */
export function sentinelObjects(): KubeObject[] {
  const labels = { [`${metadataPrefix}sentinel`]: 'true' };
  const metadata = (lastDigit: number, fields: object = {}) => ({
    name,
    uid: uid(lastDigit),
    creationTimestamp,
    labels,
    ...fields,
  });
  const hashLabel = { 'pod-template-hash': 'sentinel' };
  const template = (extraLabels: object = {}) => ({
    metadata: { labels: { ...labels, ...extraLabels } },
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
      metadata: metadata(1),
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: metadata(2, { namespace: name, generation: 1 }),
      spec: { replicas: 0, selector: { matchLabels: labels }, template: template() },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: metadata(3, {
        namespace: name,
        generation: 1,
        labels: { ...labels, ...hashLabel },
        ownerReferences: [owner],
      }),
      spec: { replicas: 0, selector: { matchLabels: { ...labels, ...hashLabel } }, template: template(hashLabel) },
    },
  ];
}

/**
 * Waits until the controllers have written the status of the sentinel's Deployment and ReplicaSet.
 * @throws EarlyOutcome `failed` if a status is still missing after `deadlineMs` milliseconds.
 */
export async function waitForControllers(clusterState: ClusterState, deadlineMs: number): Promise<void> {
  const hasStatus = (object: KubeObject): boolean => object['status']?.observedGeneration === 1;
  const controllersRun = await clusterState.waitUntil(() => {
    // Only the Deployment and the ReplicaSet can match, because the cluster state contains no Namespaces.
    const found = clusterState.objects().filter((object) => object.metadata.namespace === name);
    return found.length === 2 && found.every(hasStatus);
  }, deadlineMs);
  if (controllersRun) return;
  throw new EarlyOutcome(
    'failed',
    `the sandbox's Deployment controller or ReplicaSet controller did not act within ${deadlineMs / 1000} s`,
  );
}
