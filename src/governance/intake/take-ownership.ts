import type { Digest } from '../../lib/digest.ts';
import { evidenceSchema } from '../../domain/plan/evidence.ts';
import { refused } from '../../lib/error.ts';
import type { Incident } from '../../domain/incident/incident.ts';
import { canonicalJson } from '../../lib/json/json.ts';
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

/** An open incident, and the evidence about its subject. The subject is the object that the incident is about. */
export interface ObservedIncident {
  incident: Incident;
  occurrence: Occurrence;
  /** Digest of the evidence. */
  evidence: Digest;
  /** Id of the calling workflow. */
  workflowId: string;
}

/**
 * Makes `incident` the owner of its subject. If another open incident already owns the subject, `incident` is merged
 * into that owner. The journal then gets one record for each of the two incidents.
 * @returns `owner`: the incident into which `incident` was merged. Absent without a merge.
 * @throws AirlockError `evidence-invalid`, and the errors of `blobs`, `journal` and `routingStates.takeOwnership`.
 */
export async function takeOwnership(
  deps: TakeOwnershipDeps,
  { incident, occurrence, evidence, workflowId }: ObservedIncident,
): Promise<{ owner?: Incident }> {
  const parsed = evidenceSchema.safeParse(await deps.blobs.get(evidence));
  if (!parsed.success)
    throw refused(
      'evidence-invalid',
      `document ${evidence} does not match the schema of evidence, so the incident needs new evidence`,
    );
  const { subject } = parsed.data;
  const owner = await deps.routingStates.takeOwnership(
    workflowId,
    occurrence,
    canonicalJson([incident.cluster, subject]),
  );
  if (!owner) return {};
  const why = `because both are about ${describeRef(subject)} in cluster ${incident.cluster}`;
  await appendMerge(deps.journal, owner, {
    message: `incident ${incident.id} was merged into this incident, ${why}`,
    body: { from: incident.id },
  });
  await appendMerge(deps.journal, incident, {
    message: `this incident was merged into incident ${owner.id}, ${why}`,
    body: { into: owner.id },
  });
  return { owner };
}

/**
 * Appends the record of a merge for one incident. Appends nothing if the latest merge record of this incident is equal.
 * Merge records before the latest reopening of this incident do not count.
 */
async function appendMerge(
  journal: Journal & JournalReader,
  { id, trace }: Incident,
  { message, body }: { message: string; body: Record<string, string> },
): Promise<void> {
  const latest = (await journal.recent(id)).findLast(
    ({ kind }) => kind === 'incident.merged' || kind === 'incident.reopened',
  );
  if (latest?.kind === 'incident.merged' && canonicalJson(latest.body) === canonicalJson(body)) return;
  await journal.append({ kind: 'incident.merged', incident: id, trace, message, body });
}
