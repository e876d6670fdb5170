import type { Alert } from '../../domain/alert/alert.ts';
import type { Digest } from '../../lib/digest.ts';
import type { Evidence, Observation } from '../../domain/plan/evidence.ts';
import type { Incident } from '../../domain/incident/incident.ts';
import type { Json } from '../../lib/json.ts';
import { describeRef, type KubeObject, type ObjectRef } from '../../domain/kubernetes/object.ts';
import type { Blobs, Journal, Redactor } from '../../domain/ports.ts';
import { visible } from '../../lib/escape-for-terminal.ts';
import { looks } from './evidence-collectors.ts';
import type { ReadLeases } from '../ports.ts';
import { redact } from '../snapshot/redact.ts';
import { subjectOf } from './subject-of.ts';

export interface ObserveDeps {
  leases: ReadLeases;
  redactor: Redactor;
  blobs: Blobs;
  journal: Journal;
  clock: () => Date;
}

export interface ObserveInput {
  incident: Incident;
  alerts: Alert[];
  /** What the incident is about, where the alerts do not say it. */
  subject?: ObjectRef | undefined;
}

/**
 * Looks at the Deployment or Node that the incident is about, and stores what was seen around it.
 * @returns `none` with the reason where there is nothing to look at.
 */
export async function observe(
  deps: ObserveDeps,
  { incident, alerts, subject: given }: ObserveInput,
): Promise<{ evidence: Digest } | { none: string }> {
  const ref = given ?? subjectOf(alerts);
  if ('none' in ref) return nothing(deps, incident, ref.none);
  const look = looks[ref.kind];
  if (!look) return nothing(deps, incident, `incidents about a ${visible(ref.kind)} are for a person`);
  const { id, cluster, trace } = incident;
  const reader = await deps.leases.reader({ cluster, incident: id, trace });
  const subject = await reader.get(ref);
  if (!subject) return nothing(deps, incident, `${describeRef(ref)} does not exist in ${cluster}`);
  const objects = await redact(deps.redactor, await look.around(reader, subject));
  const observations = observationsOf(objects, deps.clock().toISOString());
  const evidence: Evidence = { version: 'airlock-evidence/1', cluster, subject: ref, observations };
  const digest = await deps.blobs.put(evidence);
  const fact = `${describeRef(ref)}: ${look.summary(subject, objects)}`;
  await note(deps, incident, { fact, body: { evidence: digest, subject: describeRef(ref) } });
  return { evidence: digest };
}

/** One observation for each kind that was seen. */
function observationsOf(objects: readonly KubeObject[], at: string): Observation[] {
  const byKind = Map.groupBy(objects, ({ kind }) => kind);
  return [...byKind].map(([kind, own]) => ({ source: `kubernetes api: ${kind}`, at, objects: own }));
}

async function nothing(deps: ObserveDeps, incident: Incident, reason: string): Promise<{ none: string }> {
  await note(deps, incident, { fact: `nothing to look at: ${reason}`, body: { none: reason } });
  return { none: reason };
}

async function note(deps: ObserveDeps, { id, trace }: Incident, entry: { fact: string; body: Json }): Promise<void> {
  await deps.journal.append({ kind: 'evidence.taken', incident: id, trace, ...entry });
}
