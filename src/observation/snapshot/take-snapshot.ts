import { kinds, listedOnlyKinds, type Kind } from '../../domain/kubernetes/resource-mapping.ts';
import { findObject, type KubeObject } from '../../domain/kubernetes/object.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { Redactor } from '../../domain/ports.ts';
import type { Snapshot } from '../../domain/rehearsal/snapshot.ts';
import { timeOf } from '../evidence/bound-evidence.ts';
import { knownKind } from '../known-kind.ts';
import type { ClusterReader } from '../ports.ts';
import { redact } from './redact.ts';
import { secretReferences, secretStub } from './secret-stubs.ts';
import { shapeSnapshot } from './shape-snapshot.ts';
import { refuseTooLarge } from './snapshot-limits.ts';
import { targetsOf, touchedBy } from './touched.ts';
import { unknownsOf } from '../rehearsal/unknowns.ts';

export interface SnapshotDeps {
  reader: ClusterReader;
  redactor: Redactor;
  clock: () => Date;
}

/** Newest events of the namespace that a snapshot keeps, for the inference of behaviour. */
const mostEvents = 1_000;
const nodeKind = knownKind('v1', 'Node');
const podKind = knownKind('v1', 'Pod');
const eventKind = knownKind('v1', 'Event');

/**
 * The state of the plan's cluster, redacted, as a rehearsal loads it. All lists run at once (the reader bounds how many
 * requests are open), nodes and pods first, so that a cluster that is too large is not listed further.
 * @throws AirlockError `snapshot-too-large`, and what reader and redactor throw.
 */
export async function takeSnapshot({ reader, redactor, clock }: SnapshotDeps, plan: Plan): Promise<Snapshot> {
  const [nodes, pods] = await Promise.all([reader.list(nodeKind), reader.list(podKind)]);
  const takenAt = clock().toISOString();
  refuseTooLarge(plan.cluster, { nodes: nodes.length, pods: pods.length });
  const known = new Map([
    [nodeKind, nodes],
    [podKind, pods],
  ]);
  const list = (kind: Kind): Promise<KubeObject[]> | KubeObject[] => known.get(kind) ?? reader.list(kind);
  const [listed, foreign, events, kubernetes] = await Promise.all([
    Promise.all(kinds.map(list)),
    Promise.all(listedOnlyKinds.map((kind) => reader.list(kind))),
    plan.namespace === undefined ? [] : reader.list(eventKind, plan.namespace),
    reader.version(),
  ]);
  const live = listed.flat();
  const shaped = shapeSnapshot(live, plan.namespace);
  const objects = await redact(redactor, shaped);
  keepManagers(objects, live, plan);
  return {
    version: 'airlock-snapshot/1',
    cluster: plan.cluster,
    takenAt,
    kubernetes,
    objects: [...objects, ...stubs(plan, shaped)],
    events: newest(events),
    unknowns: unknownsOf(foreign.flat(), plan.namespace === undefined ? 'nodes' : 'workloads'),
  };
}

/** Secrets that the touched pods cannot start without; a plan on cluster-scoped objects starts none. */
function stubs({ namespace, ...plan }: Plan, shaped: readonly KubeObject[]): KubeObject[] {
  if (namespace === undefined) return [];
  const secrets = secretReferences(touchedBy({ namespace, ...plan }, shaped));
  return secrets.map((secret) => secretStub(namespace, secret));
}

/** What the plan changes keeps its managed fields (names of fields, no values): the dossier names who owns them. */
function keepManagers(objects: readonly KubeObject[], live: readonly KubeObject[], plan: Plan): void {
  for (const ref of targetsOf(plan)) {
    const managedFields = findObject(live, ref)?.metadata.managedFields;
    const kept = findObject(objects, ref);
    if (kept && managedFields) kept.metadata.managedFields = managedFields;
  }
}

/** Newest first, without bookkeeping. */
function newest(events: readonly KubeObject[]): KubeObject[] {
  return [...events]
    .sort((a, b) => (timeOf(a) < timeOf(b) ? 1 : -1))
    .slice(0, mostEvents)
    .map(({ metadata: { managedFields: _, ...metadata }, ...event }) => ({ ...event, metadata }) as KubeObject);
}
