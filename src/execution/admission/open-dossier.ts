import type { Digest } from '../../lib/digest.ts';
import type { Dossier } from '../../domain/approval/dossier.ts';
import { AirlockError } from '../../lib/error.ts';
import type { Blobs } from '../../domain/journal/ports.ts';
import { loadDossier } from '../checks/load.ts';
import type { RequesterRecords } from '../ports.ts';
import { invalidatedBy } from './requesters.ts';

/** What `loadOpenDossier` needs from outside. */
export interface OpenDossierDeps {
  blobs: Blobs;
  requesterRecords: RequesterRecords;
}

/**
 * Reads a dossier and checks that the dossier is open for decisions and edits. An open dossier belongs to the incident,
 * has not expired, and was not invalidated by an edit.
 * @returns the dossier, or the reason why the dossier is not open.
 * @throws AirlockError (retry) if the blob store or the archive does not answer.
 */
export async function loadOpenDossier(
  { blobs, requesterRecords }: OpenDossierDeps,
  { incident, dossier: digest, now }: { incident: string; dossier: Digest; now: Date },
): Promise<Dossier | { refused: string }> {
  const dossier = await loadDossier(blobs, digest).catch(refusalOf);
  if ('refused' in dossier) return dossier;
  if (dossier.incident !== incident) return { refused: 'the dossier belongs to another incident' };
  if (now.getTime() >= Date.parse(dossier.expiresAt)) return { refused: `the dossier expired at ${dossier.expiresAt}` };
  const edit = await requesterRecords.editOf(digest);
  return edit ? { refused: invalidatedBy(edit) } : dossier;
}

/** Returns the refusal for an error that a retry cannot solve, such as an invalid dossier. Throws every other error. */
function refusalOf(error: unknown): { refused: string } {
  if (error instanceof AirlockError && error.next !== 'retry') return { refused: error.message };
  throw error;
}
