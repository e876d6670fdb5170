import { ApplicationFailure } from '@temporalio/workflow';
import {
  checkTokenClaims,
  type SignInTerms,
  type TokenClaims,
  type TokenPurpose,
} from '../../src/domain/approval/decision-token.ts';
import { unverifiedClaims } from '../../src/domain/approval/token-claims.ts';
import type { ErrorCodeWith } from '../../src/lib/error-catalogue.ts';

/**
 * Checks issuer, audience, nonce and times of a token. Does not verify the signature: only the gateway does that.
 * @returns the claims, or in `refused` the reason to refuse the token.
 */
export function inspectToken(
  purpose: TokenPurpose,
  token: string,
  signIn: SignInTerms,
): TokenClaims | { refused: string } {
  const claims = unverifiedClaims(token);
  if (!claims) return { refused: 'the token is not a JWT with all required claims' };
  const refused = checkTokenClaims(purpose, claims, { ...signIn, now: Date.now() / 1000 });
  return refused ? { refused } : claims;
}

/**
 * Returns the error for a refused decision or edit. If the validator of an Update throws the error, the sender of the
 * Update gets the error, and the history gets no event.
 */
export function refusal(code: ErrorCodeWith<'stop'>, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, code);
}
