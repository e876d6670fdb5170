import type { Digest } from '../../lib/digest.ts';
import type { Dossier } from '../../domain/approval/dossier.ts';
import { AirlockError } from '../../lib/error.ts';
import type { Blobs } from '../../domain/journal/ports.ts';
import { editOf, type Admission } from '../../domain/approval/admission.ts';
import { loadDossier } from '../checks/load.ts';
import { invalidatedBy } from './requesters.ts';

/** Input of `loadOpenDossier`. */
export interface OpenDossierInput {
  /** Id of the incident. */
  incident: string;
  /** Digest of the dossier. */
  dossier: Digest;
  now: Date;
  /** All admissions of the incident. */
  admissions: readonly Admission[];
}

/**
 * Reads a dossier and checks that the dossier is open for decisions and edits. An open dossier belongs to the incident,
 * has not expired, and was not invalidated by an edit.
 * @returns the dossier, or the reason why the dossier is not open.
 * @throws AirlockError (retry) if the blob store does not answer.
 */
export async function loadOpenDossier(
  blobs: Blobs,
  { incident, dossier: digest, now, admissions }: OpenDossierInput,
): Promise<Dossier | { refused: string }> {
  const dossier = await loadDossier(blobs, digest).catch(refusalOf);
  if ('refused' in dossier) return dossier;
  if (dossier.incident !== incident) return { refused: 'the dossier belongs to another incident' };
  if (now.getTime() >= Date.parse(dossier.expiresAt)) return { refused: `the dossier expired at ${dossier.expiresAt}` };
  const edit = editOf(admissions, digest);
  return edit ? { refused: invalidatedBy(edit) } : dossier;
}

/** Returns the refusal for an error that a retry cannot solve, such as an invalid dossier. Throws every other error. */
function refusalOf(error: unknown): { refused: string } {
  if (error instanceof AirlockError && error.next !== 'retry') return { refused: error.message };
  throw error;
}
