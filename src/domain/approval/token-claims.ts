import { fromBase64url } from '../../lib/base64url.ts';
import { proofClaimsSchema, type ProofClaims } from './decision-token.ts';

/**
 * The claims that a compact JWS states about itself (RFC 7515), with no signature checked: good for refusing early,
 * never for admitting anything.
 * @returns undefined where they are not the claims of a proof.
 */
export function unverifiedClaims(proof: string): ProofClaims | undefined {
  const bytes = fromBase64url(proof.split('.')[1] ?? '');
  if (!bytes) return undefined;
  try {
    const claims = proofClaimsSchema.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
    return claims.success ? claims.data : undefined;
  } catch {
    // Neither UTF-8 nor JSON: no claims.
    return undefined;
  }
}
