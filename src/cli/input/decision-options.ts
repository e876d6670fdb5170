import { reasonSchema } from '../../domain/approval/decision-token.ts';
import { digestSchema, type Digest } from '../../lib/digest.ts';
import { parseInput } from './parse-input.ts';

/** Parses the option `--dossier`. @throws AirlockError `bad-input`. */
export function parseDossierDigest(typed: string): Digest {
  return parseInput('--dossier', digestSchema, typed);
}

/** Parses the option `--reason` and removes spaces around it. @throws AirlockError `bad-input`. */
export function parseReason(typed: string): string {
  return parseInput('--reason', reasonSchema, typed);
}
