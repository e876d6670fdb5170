import { ApplicationFailure } from '@temporalio/workflow';
import { proofRefusal, type ProofClaims, type ProofOf } from '../src/domain/proof.ts';
import { unverifiedClaims } from '../src/domain/proof-claims.ts';
import type { RemediationInput } from './messages.ts';

/** The claims of a token that is not visibly for something else. Its signature is the gateway's business. */
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

/** What a validator throws: the sender is told, the history keeps nothing. */
export function refusal(type: string, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, type);
}
