import type { Digest } from '../../lib/digest.ts';
import { evidenceSchema } from '../../domain/plan/evidence.ts';
import { refused } from '../../lib/error.ts';
import type { Incident } from '../../domain/incident/incident.ts';
import { canonicalJson } from '../../lib/json.ts';
import { describeRef } from '../../domain/kubernetes/object.ts';
import type { Opening } from '../../domain/incident/routing.ts';
import type { Blobs, Journal, JournalReader } from '../../domain/ports.ts';
import type { Places } from '../ports.ts';

export interface ClaimDeps {
  blobs: Blobs;
  journal: Journal & JournalReader;
  places: Pick<Places, 'claim'>;
}

export interface SubjectOf {
  incident: Incident;
  opening: Opening;
  /** What observation saw; its subject is the incident's. */
  evidence: Digest;
  workflow: string;
}

/**
 * Makes the owning workload that was observed the incident's own, or merges the incident into the open one that has it
 * already; both journals say so, once.
 * @throws AirlockError `places-busy` (retry), `evidence-invalid`.
 */
export async function claim(
  deps: ClaimDeps,
  { incident, opening, evidence, workflow }: SubjectOf,
): Promise<{ owner?: Incident }> {
  const seen = evidenceSchema.safeParse(await deps.blobs.get(evidence));
  if (!seen.success)
    throw refused('evidence-invalid', `evidence ${evidence} has not the form of evidence: observe again`);
  const { subject } = seen.data;
  const owner = await deps.places.claim(workflow, opening, canonicalJson([incident.cluster, subject]));
  if (!owner) return {};
  const about = `${describeRef(subject)} in ${incident.cluster}`;
  await note(deps.journal, owner, {
    fact: `${incident.id} is about ${about} too: it is merged into this`,
    from: incident,
  });
  await note(deps.journal, incident, { fact: `merged into ${owner.id}, which is about ${about} too`, into: owner });
  return { owner };
}

/** Once per merging, not per incident: one that was merged can be open again, and merged again. */
async function note(
  journal: Journal & JournalReader,
  { id, trace }: Incident,
  { fact, from, into }: { fact: string; from?: Incident; into?: Incident },
): Promise<void> {
  const body = { ...(from ? { from: from.id } : {}), ...(into ? { into: into.id } : {}) };
  const since = (await journal.read(id)).findLast(
    ({ kind }) => kind === 'incident.merged' || kind === 'incident.reopened',
  );
  if (since?.kind === 'incident.merged' && canonicalJson(since.body) === canonicalJson(body)) return;
  await journal.append({ kind: 'incident.merged', incident: id, trace, fact, body });
}
