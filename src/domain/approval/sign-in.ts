import { digestOf, type Digest } from '../../lib/digest.ts';
import { clockSkewSeconds, type TokenClaims } from './decision-token.ts';

/** Why the gateway does not admit a decision, edit or request. */
export interface Refusal {
  /** The reason, for people. */
  refused: string;
  /**
   * `sign-in-used`: the person can repeat the command with a new sign-in. Absent if a new sign-in alone does not help.
   */
  code?: 'sign-in-used';
}

/** The refusal of a token whose sign-in was already used for another nonce. */
export const signInUsed: Refusal = {
  refused:
    'this sign-in was already used for another decision, edit or request: sign in again. ' +
    'If you sent nothing else, somebody else used your sign-in: look for it in the journal',
  code: 'sign-in-used',
};

/**
 * Returns the digest that identifies a sign-in: of issuer, subject, `auth_time` in whole seconds, and `sid` or null. A
 * provider issues tokens for further nonces after one sign-in (single sign-on), with the same `auth_time`.
 */
export function signInId({ iss, sub, auth_time, sid }: TokenClaims): Digest {
  return digestOf([iss, sub, Math.floor(auth_time), sid ?? null]);
}

/**
 * Checks that the person did not sign in before the dossier existed. Times are compared in whole seconds, because
 * `auth_time` usually has no fraction.
 * @param createdAt when the dossier was made, ISO 8601.
 * @returns the reason to refuse the token; undefined if the check passes.
 */
export function checkSignInTime({ auth_time }: Pick<TokenClaims, 'auth_time'>, createdAt: string): string | undefined {
  const created = Math.floor(Date.parse(createdAt) / 1000);
  if (Math.floor(auth_time) >= created - clockSkewSeconds) return undefined;
  return `the sign-in is older than the dossier, which was made at ${createdAt}: sign in again`;
}
