import type { Alert } from '../domain/alert.ts';
import type { Digest } from '../domain/digest.ts';
import type { Evidence, Observation } from '../domain/evidence.ts';
import { workloadFacts } from '../domain/fact.ts';
import type { Incident } from '../domain/incident.ts';
import type { Json } from '../domain/json.ts';
import { ownedBy, refOf, type KubeObject, type ObjectRef } from '../domain/kubernetes.ts';
import type { Blobs, Journal, Redactor } from '../domain/ports.ts';
import { boundEvents, boundNodes, boundPods } from './bound-evidence.ts';
import { knownKind } from './known-kind.ts';
import type { ClusterReader, ReadLeases } from './ports.ts';
import { redact } from './redact.ts';
import { workloadOf, type Workload } from './workload-of.ts';

export interface ObserveDeps {
  leases: ReadLeases;
  redactor: Redactor;
  blobs: Blobs;
  journal: Journal;
  clock: () => Date;
}

/** Lists of the workload's namespace that evidence is made of; pods and ReplicaSets are cut to the workload's own. */
const kinds = {
  sets: knownKind('apps/v1', 'ReplicaSet'),
  pods: knownKind('v1', 'Pod'),
  scalers: knownKind('autoscaling/v2', 'HorizontalPodAutoscaler'),
  budgets: knownKind('policy/v1', 'PodDisruptionBudget'),
  events: knownKind('v1', 'Event'),
};
const nodeKind = knownKind('v1', 'Node');

/**
 * Looks at the Deployment that the alerts name, and stores what was seen: the Deployment, its ReplicaSets and pods,
 * autoscalers and disruption budgets of the namespace, events, a summary of the nodes.
 * @returns `none` with the reason where there is nothing to look at.
 */
export async function observe(
  deps: ObserveDeps,
  { incident, alerts }: { incident: Incident; alerts: Alert[] },
): Promise<{ evidence: Digest } | { none: string }> {
  const workload = workloadOf(alerts);
  if ('none' in workload) return nothing(deps, incident, workload.none);
  const { id, cluster, trace } = incident;
  const reader = await deps.leases.reader({ cluster, incident: id, trace });
  const ref = deploymentOf(workload);
  const deployment = await reader.get(ref);
  const name = `Deployment ${workload.namespace}/${workload.deployment}`;
  if (!deployment) return nothing(deps, incident, `${name} does not exist in ${cluster}`);
  const observations = await look(deps, reader, deployment);
  const { namespace, deployment: named } = workload;
  const evidence: Evidence = { version: 'airlock-evidence/1', cluster, namespace, workload: named, observations };
  const digest = await deps.blobs.put(evidence);
  await note(deps, incident, {
    fact: `${name}: ${summaryOf(observations, ref)}`,
    body: { evidence: digest, namespace, workload: named },
  });
  return { evidence: digest };
}

async function look(deps: ObserveDeps, reader: ClusterReader, deployment: KubeObject): Promise<Observation[]> {
  const { namespace = '' } = refOf(deployment);
  const lists = Object.values(kinds).map((kind) => reader.list(kind, namespace));
  const [sets = [], pods = [], scalers = [], budgets = [], events = []] = await Promise.all(lists);
  const nodes = await reader.list(nodeKind);
  const ownSets = ownedBy(sets, deployment);
  const ownPods = boundPods(ownSets.flatMap((set) => ownedBy(pods, set)));
  const workload = [deployment, ...ownSets, ...ownPods];
  const at = deps.clock().toISOString();
  const redacted = await redact(deps.redactor, [
    ...[...workload, ...scalers, ...budgets],
    ...boundEvents(events, [...workload, ...scalers, ...budgets]),
    ...boundNodes(nodes),
  ]);
  const kindsSeen = [...new Set(redacted.map((object) => object.kind))];
  return kindsSeen.map((kind) => ({
    source: `kubernetes api: ${kind}`,
    at,
    objects: redacted.filter((object) => object.kind === kind),
  }));
}

function deploymentOf({ namespace, deployment }: Workload): ObjectRef {
  return { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: deployment };
}

function summaryOf(observations: readonly Observation[], ref: ObjectRef): string {
  const objects = observations.flatMap((observation) => observation.objects);
  const facts = workloadFacts(objects, ref);
  const count = (kind: string): number => objects.filter((object) => object.kind === kind).length;
  const revisions = count('ReplicaSet') === 1 ? '1 revision' : `${count('ReplicaSet')} revisions`;
  return `${facts?.ready ?? 0} of ${facts?.replicas ?? 0} pods ready, ${revisions}, ${count('Event')} events`;
}

async function nothing(deps: ObserveDeps, incident: Incident, reason: string): Promise<{ none: string }> {
  await note(deps, incident, { fact: `nothing to look at: ${reason}`, body: { none: reason } });
  return { none: reason };
}

async function note(deps: ObserveDeps, { id, trace }: Incident, entry: { fact: string; body: Json }): Promise<void> {
  await deps.journal.append({ kind: 'evidence.taken', incident: id, trace, ...entry });
}
