import type { Digest } from '../../lib/digest.ts';
import { evidenceSchema } from '../../domain/plan/evidence.ts';
import { refused } from '../../lib/error.ts';
import type { Incident } from '../../domain/incident/incident.ts';
import { canonicalJson } from '../../lib/json.ts';
import { describeRef } from '../../domain/kubernetes/object.ts';
import type { Occurrence } from '../../domain/incident/routing.ts';
import type { Blobs, Journal, JournalReader } from '../../domain/journal/ports.ts';
import type { RoutingStates } from '../ports.ts';

/** What `takeOwnership` needs from outside. */
export interface TakeOwnershipDeps {
  blobs: Blobs;
  journal: Journal & JournalReader;
  routingStates: Pick<RoutingStates, 'takeOwnership'>;
}

/** An open incident, and the evidence that names the object it is about. */
export interface ObservedIncident {
  incident: Incident;
  occurrence: Occurrence;
  /** The evidence's subject becomes the incident's. */
  evidence: Digest;
  workflow: string;
}

/**
 * Makes the incident the owner of the observed workload, or merges it into the open incident that owns the workload
 * already. A merge is written once to the records of both incidents.
 * @throws AirlockError `routing-busy` (retry), `evidence-invalid`.
 */
export async function takeOwnership(
  deps: TakeOwnershipDeps,
  { incident, occurrence, evidence, workflow }: ObservedIncident,
): Promise<{ owner?: Incident }> {
  const parsed = evidenceSchema.safeParse(await deps.blobs.get(evidence));
  if (!parsed.success) throw refused('evidence-invalid', `document ${evidence} is not evidence: observe again`);
  const { subject } = parsed.data;
  const owner = await deps.routingStates.takeOwnership(
    workflow,
    occurrence,
    canonicalJson([incident.cluster, subject]),
  );
  if (!owner) return {};
  const object = `${describeRef(subject)} in ${incident.cluster}`;
  await appendMerge(deps.journal, owner, {
    message: `${incident.id} is about ${object} too and was merged into this incident`,
    body: { from: incident.id },
  });
  await appendMerge(deps.journal, incident, {
    message: `merged into ${owner.id}, which is about ${object} too`,
    body: { into: owner.id },
  });
  return { owner };
}

/** Once per merge, not per incident: an incident that was merged can be reopened and merged again. */
async function appendMerge(
  journal: Journal & JournalReader,
  { id, trace }: Incident,
  { message, body }: { message: string; body: Record<string, string> },
): Promise<void> {
  const since = (await journal.read(id)).findLast(
    ({ kind }) => kind === 'incident.merged' || kind === 'incident.reopened',
  );
  if (since?.kind === 'incident.merged' && canonicalJson(since.body) === canonicalJson(body)) return;
  await journal.append({ kind: 'incident.merged', incident: id, trace, message, body });
}
