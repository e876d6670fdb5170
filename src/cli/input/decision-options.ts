import { reasonSchema } from '../../domain/approval/decision-token.ts';
import { digestSchema, type Digest } from '../../lib/digest.ts';
import { badInput } from '../../lib/error.ts';
import { plural } from '../../lib/plural.ts';
import { parseIncidentId } from './parse-incident-id.ts';
import { parseInput } from './parse-input.ts';

/** Parses the value of `--dossier`. @throws AirlockError `bad-input`. */
export function parseDossierDigest(text: string): Digest {
  return parseInput('--dossier', digestSchema, text);
}

/**
 * Parses the arguments `<incident>...` with one `--dossier` for each, in the same order. @throws AirlockError `bad-input`.
 */
export function parseDossiers(
  incidents: readonly string[],
  dossiers: readonly string[],
): { incident: string; digest: Digest }[] {
  const ids = incidents.map((incident) => parseIncidentId(incident));
  if (ids.length !== dossiers.length)
    throw badInput('--dossier', `expected one for each of the ${plural(ids.length, 'incident')}, in the same order`);
  return ids.map((incident, index) => ({ incident, digest: parseDossierDigest(dossiers[index] ?? '') }));
}

/** Returns the value of `--reason` without leading and trailing spaces. @throws AirlockError `bad-input`. */
export function parseReason(text: string): string {
  return parseInput('--reason', reasonSchema, text);
}
