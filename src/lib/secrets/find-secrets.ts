import { findAssignments } from './assignments.ts';
import type { FoundSecret } from './found-secret.ts';
import { findPrivateKeys } from './private-keys.ts';
import { findTokens } from './token-shapes.ts';
import { findUrlPasswords } from './url-passwords.ts';
import { findVariables } from './variables.ts';

/** Finds the secrets that a text shows by their shape or by a name beside them. They can overlap. */
export function findSecrets(text: string): FoundSecret[] {
  return [findPrivateKeys, findTokens, findUrlPasswords, findAssignments, findVariables].flatMap((find) => find(text));
}
