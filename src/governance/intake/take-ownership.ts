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

/** An open incident, and the evidence about the object that is its subject. */
export interface ObservedIncident {
  incident: Incident;
  occurrence: Occurrence;
  /** Digest of the evidence. */
  evidence: Digest;
  /** Id of the calling workflow. */
  workflowId: string;
}

/**
 * Makes the incident the owner of the evidence's subject. If another open incident owns this object already, the
 * calling incident is merged into that owner, and the journal gets a record of the merge for each of the two incidents.
 * @returns `owner` if the calling incident was merged into another one.
 * @throws AirlockError `routing-busy` (retry), `evidence-invalid`.
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

/**
 * Writes a merge to the journal, unless it is the incident's latest merge there. After the incident is reopened, the
 * same merge is written again.
 */
async function appendMerge(
  journal: Journal & JournalReader,
  { id, trace }: Incident,
  { message, body }: { message: string; body: Record<string, string> },
): Promise<void> {
  const latest = (await journal.read(id)).findLast(
    ({ kind }) => kind === 'incident.merged' || kind === 'incident.reopened',
  );
  if (latest?.kind === 'incident.merged' && canonicalJson(latest.body) === canonicalJson(body)) return;
  await journal.append({ kind: 'incident.merged', incident: id, trace, message, body });
}
