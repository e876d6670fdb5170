import { reasonSchema } from '../../domain/approval/decision-token.ts';
import { digestSchema, type Digest } from '../../lib/digest.ts';
import { parseInput } from './parse-input.ts';

/** Parses the value of `--dossier`. @throws AirlockError `bad-input`. */
export function parseDossierDigest(text: string): Digest {
  return parseInput('--dossier', digestSchema, text);
}

/** Returns the value of `--reason` without leading and trailing spaces. @throws AirlockError `bad-input`. */
export function parseReason(text: string): string {
  return parseInput('--reason', reasonSchema, text);
}
