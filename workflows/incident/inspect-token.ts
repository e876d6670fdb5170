import { ApplicationFailure } from '@temporalio/workflow';
import {
  tokenRefusal,
  type SignInTerms,
  type TokenClaims,
  type TokenPurpose,
} from '../../src/domain/approval/decision-token.ts';
import { unverifiedClaims } from '../../src/domain/approval/token-claims.ts';
import type { ErrorCodeWith } from '../../src/lib/error-catalogue.ts';

/** Claims of a token that was issued for this purpose and is not expired. Only the gateway verifies the signature. */
export function inspectToken(
  purpose: TokenPurpose,
  token: string,
  signIn: SignInTerms,
): TokenClaims | { refused: string } {
  const claims = unverifiedClaims(token);
  if (!claims) return { refused: 'the token has no claims' };
  const refused = tokenRefusal(purpose, claims, { ...signIn, now: Date.now() / 1000 });
  return refused ? { refused } : claims;
}

/** The error for a validator to throw: the sender gets it, and the history gets no event. */
export function refusal(type: ErrorCodeWith<'stop'>, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, type);
}
