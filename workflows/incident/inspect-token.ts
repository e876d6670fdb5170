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
 * Checks the claims of a token, such as purpose and expiry, and returns the claims. Does not verify the signature: only
 * the gateway does that.
 */
export function inspectToken(
  purpose: TokenPurpose,
  token: string,
  signIn: SignInTerms,
): TokenClaims | { refused: string } {
  const claims = unverifiedClaims(token);
  if (!claims) return { refused: 'the token is not a JWT with claims' };
  const refused = checkTokenClaims(purpose, claims, { ...signIn, now: Date.now() / 1000 });
  return refused ? { refused } : claims;
}

/** Returns an error for the validator of an Update. The sender gets the error, and the history gets no event. */
export function refusal(type: ErrorCodeWith<'stop'>, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, type);
}
