import type { Digest } from '../../lib/digest.ts';
import type { Dossier } from '../../domain/approval/dossier.ts';
import { AirlockError } from '../../lib/error.ts';
import type { Blobs } from '../../domain/ports.ts';
import { loadDossier } from '../checks/load.ts';
import type { Asks } from '../ports.ts';
import { voidedBy } from './requesters.ts';

export interface OpenDossierDeps {
  blobs: Blobs;
  asks: Asks;
}

/** A dossier about which something may still be said: of this incident, not expired, not void; or why there is none. */
export async function mayDecide(
  { blobs, asks }: OpenDossierDeps,
  { incident, dossier: digest, now }: { incident: string; dossier: Digest; now: Date },
): Promise<Dossier | { refused: string }> {
  const dossier = await loadDossier(blobs, digest).catch(refusalOf);
  if ('refused' in dossier) return dossier;
  if (dossier.incident !== incident) return { refused: 'the dossier is of another incident' };
  if (now.getTime() >= Date.parse(dossier.expiresAt)) return { refused: `the dossier expired at ${dossier.expiresAt}` };
  const edit = await asks.editOf(digest);
  return edit ? { refused: voidedBy(edit) } : dossier;
}

/** A dossier that is not there or not valid is an answer; a store that does not answer is an error. */
function refusalOf(error: unknown): { refused: string } {
  if (error instanceof AirlockError && error.next !== 'retry') return { refused: error.message };
  throw error;
}
