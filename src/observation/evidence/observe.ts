import type { Alert } from '../../domain/alert/alert.ts';
import type { Digest } from '../../lib/digest.ts';
import type { Evidence, Observation } from '../../domain/plan/evidence.ts';
import type { Incident } from '../../domain/incident/incident.ts';
import type { Json } from '../../lib/json/json.ts';
import { describeRef, type KubeObject, type ObjectRef } from '../../domain/kubernetes/object.ts';
import type { Blobs, Journal } from '../../domain/journal/ports.ts';
import type { Redactor } from '../../domain/rehearsal/ports.ts';
import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';
import { evidenceCollectors } from './evidence-collectors.ts';
import type { ReadLeases } from '../ports.ts';
import { redact } from '../snapshot/redact.ts';
import { subjectOf } from './subject-of.ts';

/** The dependencies of `observe`. */
export interface ObserveDeps {
  leases: ReadLeases;
  redactor: Redactor;
  blobs: Blobs;
  journal: Journal;
  clock: () => Date;
}

/** Input of the activity `observe`. */
export interface ObserveInput {
  incident: Incident;
  alerts: Alert[];
  /** The object that the incident is about. If `subject` is undefined, the alerts must name the object. */
  subject?: ObjectRef | undefined;
}

/**
 * Collects evidence about the Deployment or Node that the incident is about, redacts the evidence and stores it.
 * @returns `evidence`: the digest of the stored evidence. `none`: why there is no evidence.
 */
export async function observe(
  deps: ObserveDeps,
  { incident, alerts, subject: given }: ObserveInput,
): Promise<{ evidence: Digest } | { none: string }> {
  const ref = given ?? subjectOf(alerts);
  if ('none' in ref) return recordNoEvidence(deps, incident, ref.none);
  const collector = evidenceCollectors[ref.kind];
  if (!collector)
    return recordNoEvidence(
      deps,
      incident,
      `Airlock cannot repair an object of kind ${escapeForTerminal(ref.kind)}: a person has to handle this incident`,
    );
  const { id, cluster, trace } = incident;
  const reader = await deps.leases.reader({ cluster, incident: id, trace });
  const subject = await reader.get(ref);
  if (!subject) return recordNoEvidence(deps, incident, `${describeRef(ref)} does not exist in ${cluster}`);
  const objects = await redact(deps.redactor, cluster, await collector.collect(reader, subject));
  const observations = observationsOf(objects, deps.clock().toISOString());
  const evidence: Evidence = { version: 'airlock-evidence/1', cluster, subject: ref, observations };
  const digest = await deps.blobs.put(evidence);
  const message = `${describeRef(ref)}: ${collector.summary(subject, objects)}`;
  await record(deps, incident, { message, body: { evidence: digest, subject: describeRef(ref) } });
  return { evidence: digest };
}

/** Groups the objects by kind, with one observation for each kind. */
function observationsOf(objects: readonly KubeObject[], at: string): Observation[] {
  const byKind = Map.groupBy(objects, ({ kind }) => kind);
  return [...byKind].map(([kind, sameKind]) => ({ source: `kubernetes api: ${kind}`, at, objects: sameKind }));
}

async function recordNoEvidence(deps: ObserveDeps, incident: Incident, reason: string): Promise<{ none: string }> {
  await record(deps, incident, { message: `no evidence: ${reason}`, body: { none: reason } });
  return { none: reason };
}

async function record(
  deps: ObserveDeps,
  { id, trace }: Incident,
  entry: { message: string; body: Json },
): Promise<void> {
  await deps.journal.append({ kind: 'evidence.collected', incident: id, trace, ...entry });
}
