import {
  resourceMappings,
  listedOnlyMappings,
  type ResourceMapping,
  knownResourceMapping,
} from '../../domain/kubernetes/resource-mapping.ts';
import { findObject, type KubeObject } from '../../domain/kubernetes/object.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { Redactor } from '../../domain/rehearsal/ports.ts';
import type { Snapshot } from '../../domain/rehearsal/snapshot.ts';
import { eventTime } from '../evidence/limit-evidence.ts';
import type { ClusterReader } from '../ports.ts';
import { redact } from './redact.ts';
import { neededSecrets, secretStub } from './secret-stubs.ts';
import { shapeSnapshot } from './shape-snapshot.ts';
import { refuseTooLargeCluster } from './snapshot-limits.ts';
import { objectsChangedBy, touchedBy } from './touched.ts';
import { clusterUnknowns } from '../rehearsal/unknowns.ts';

/** What `takeSnapshot` needs from outside. */
export interface SnapshotDeps {
  reader: ClusterReader;
  redactor: Redactor;
  clock: () => Date;
}

/** Largest number of events in a snapshot. The sandbox infers the behaviour of pods from these events. */
const maxEvents = 1_000;
const nodeKind = knownResourceMapping('v1', 'Node');
const podKind = knownResourceMapping('v1', 'Pod');
const eventKind = knownResourceMapping('v1', 'Event');

/**
 * Takes a snapshot of the plan's cluster for a rehearsal. Lists the nodes and the pods first. If the cluster is small
 * enough, lists all other kinds in parallel. The reader limits the number of open requests.
 * @throws AirlockError `snapshot-too-large`, and the errors of `reader` and `redactor`.
 */
export async function takeSnapshot({ reader, redactor, clock }: SnapshotDeps, plan: Plan): Promise<Snapshot> {
  const [nodes, pods] = await Promise.all([reader.list(nodeKind), reader.list(podKind)]);
  const takenAt = clock().toISOString();
  refuseTooLargeCluster(plan.cluster, { nodes: nodes.length, pods: pods.length });
  const alreadyListed = new Map([
    [nodeKind, nodes],
    [podKind, pods],
  ]);
  const list = async (kind: ResourceMapping): Promise<KubeObject[]> => alreadyListed.get(kind) ?? reader.list(kind);
  const [listed, listedOnly, events, kubernetes] = await Promise.all([
    Promise.all(resourceMappings.map(list)),
    Promise.all(listedOnlyMappings.map((kind) => reader.list(kind))),
    plan.namespace === undefined ? [] : reader.list(eventKind, plan.namespace),
    reader.version(),
  ]);
  const live = listed.flat();
  const shaped = shapeSnapshot(live, plan.namespace);
  const redacted = await redact(redactor, plan.cluster, [...shaped, ...newestEvents(events)]);
  const objects = redacted.slice(0, shaped.length);
  restoreManagedFields(objects, live, plan);
  return {
    version: 'airlock-snapshot/1',
    cluster: plan.cluster,
    takenAt,
    kubernetes,
    objects: [...objects, ...stubsOf(plan, shaped)],
    events: redacted.slice(shaped.length),
    unknowns: clusterUnknowns(listedOnly.flat(), plan.namespace === undefined ? 'nodes' : 'workloads'),
  };
}

/**
 * Returns a stub of each Secret that the changed Deployments, their ReplicaSets or their pods need. Without the stubs,
 * the check `references` in the sandbox would report that these Secrets are missing. The check looks only at
 * Deployments, so a plan that changes nodes needs no stubs.
 */
function stubsOf({ namespace, ...plan }: Plan, shaped: readonly KubeObject[]): KubeObject[] {
  if (namespace === undefined) return [];
  const secrets = neededSecrets(touchedBy({ namespace, ...plan }, shaped));
  return secrets.map((secret) => secretStub(namespace, secret));
}

/**
 * Copies `managedFields` from `live` to `objects`, only for the objects that the plan changes. Redaction has removed
 * `managedFields`, but the dossier lists the field managers of the changed fields.
 */
function restoreManagedFields(objects: readonly KubeObject[], live: readonly KubeObject[], plan: Plan): void {
  for (const ref of objectsChangedBy(plan)) {
    const managedFields = findObject(live, ref)?.metadata.managedFields;
    const redacted = findObject(objects, ref);
    if (redacted && managedFields) redacted.metadata.managedFields = managedFields;
  }
}

/** Returns at most `maxEvents` events, the newest first. */
function newestEvents(events: readonly KubeObject[]): KubeObject[] {
  return [...events].sort((a, b) => (eventTime(a) < eventTime(b) ? 1 : -1)).slice(0, maxEvents);
}
