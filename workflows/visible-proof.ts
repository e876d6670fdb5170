import { ApplicationFailure } from '@temporalio/workflow';
import { proofRefusal, type ProofClaims, type ProofOf } from '../src/domain/approval/decision-token.ts';
import { unverifiedClaims } from '../src/domain/approval/token-claims.ts';
import type { RemediationInput } from './messages.ts';

/** Claims of a token that was issued for this purpose and is not expired. Only the gateway verifies the signature. */
export function visibleProof(
  of: ProofOf,
  proof: string,
  proofs: RemediationInput['proofs'],
): ProofClaims | { refused: string } {
  const claims = unverifiedClaims(proof);
  if (!claims) return { refused: 'the proof has no claims' };
  const refused = proofRefusal(of, claims, { ...proofs, now: Date.now() / 1000 });
  return refused ? { refused } : claims;
}

/** The error for a validator to throw: the sender gets it, and the history gets no event. */
export function refusal(type: string, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, type);
}
