import { reasonSchema } from '../../domain/approval/decision-token.ts';
import { digestSchema, type Digest } from '../../lib/digest.ts';
import { checkInput } from './check-input.ts';

/** The option `--dossier`. @throws AirlockError `bad-input`. */
export function typedDossier(typed: string): Digest {
  return checkInput('--dossier', digestSchema, typed);
}

/** The option `--reason`, without spaces around it. @throws AirlockError `bad-input`. */
export function typedReason(typed: string): string {
  return checkInput('--reason', reasonSchema, typed);
}
