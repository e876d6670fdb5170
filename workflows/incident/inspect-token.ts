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
 * Checks that a token was issued for this purpose and has not expired, and returns its claims. Only the gateway
 * verifies the signature.
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

/** The error that an Update's validator throws: the sender gets it, and the history gets no event. */
export function refusal(type: ErrorCodeWith<'stop'>, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, type);
}
