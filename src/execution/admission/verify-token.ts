import type { Json } from '../../lib/json.ts';
import {
  proofClaimsSchema,
  proofRefusal,
  type ProofClaims,
  type ProofOf,
} from '../../domain/approval/decision-token.ts';
import { refused } from '../../lib/error.ts';
import type { ProofVerifier } from '../ports.ts';

export interface ProveDeps {
  proofs: ProofVerifier;
  proofTerms: { issuer: string; maxSignInAge: number };
}

/** What a proof was archived with. */
export interface Archived {
  proof: string;
  key: Json;
  /** ISO 8601. */
  admittedAt: string;
}

/**
 * Whether a token that arrives now proves this: signature with the issuer's own keys, claims, nonce, times.
 * @throws AirlockError `issuer-unavailable` (retry).
 */
export async function prove(
  { proofs, proofTerms }: ProveDeps,
  of: ProofOf,
  { proof, now }: { proof: string; now: Date },
): Promise<{ claims: ProofClaims; key: Json } | { refused: string }> {
  const verified = await proofs.verify(proof);
  if ('refused' in verified) return verified;
  const claims = proofClaimsSchema.safeParse(verified.claims);
  if (!claims.success) return { refused: `the proof has no usable ${claims.error.issues[0]?.path.join('.')}` };
  const refusal = proofRefusal(of, claims.data, { ...proofTerms, now: now.getTime() / 1000 });
  return refusal ? { refused: refusal } : { claims: claims.data, key: verified.key };
}

/**
 * The claims of an archived proof, verified again as of the moment it was admitted, with the key beside it.
 * @param what whose proof it is, for people.
 * @throws AirlockError `proof-corrupt`: an archive that was tampered with proves nothing, neither yes nor no.
 */
export async function proveAgain(
  { proofs, proofTerms }: ProveDeps,
  of: ProofOf & { what: string },
  { proof, key, admittedAt }: Archived,
): Promise<ProofClaims> {
  const corrupt = (why: string): Error =>
    refused('proof-corrupt', `archived proof of ${of.what} admitted ${admittedAt}: ${why}; ask for new decisions`);
  const verified = await proofs.verifyArchived(proof, key);
  if ('refused' in verified) throw corrupt(verified.refused);
  const claims = proofClaimsSchema.safeParse(verified.claims);
  if (!claims.success) throw corrupt('claims are missing');
  const refusal = proofRefusal(of, claims.data, { ...proofTerms, now: Date.parse(admittedAt) / 1000 });
  if (refusal) throw corrupt(refusal);
  return claims.data;
}
