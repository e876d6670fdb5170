import type { Json } from '../../lib/json/json.ts';
import {
  tokenClaimsSchema,
  checkTokenClaims,
  type SignInTerms,
  type TokenClaims,
  type TokenPurpose,
} from '../../domain/approval/decision-token.ts';
import { refused } from '../../lib/error.ts';
import type { TokenVerifier } from '../ports.ts';

/** What verifying tokens needs from outside. */
export interface VerifyTokenDeps {
  tokens: TokenVerifier;
  signIn: SignInTerms;
}

/** A token in the gateway's archive. */
export interface ArchivedToken {
  token: string;
  /** Public JWK that verified the token on admission. */
  key: Json;
  /** ISO 8601. */
  admittedAt: string;
}

/**
 * Verifies a token when it arrives: the signature with the issuer's keys, and the claims with nonce and times.
 * @throws AirlockError `issuer-unavailable` (retry).
 */
export async function verifyToken(
  { tokens, signIn }: VerifyTokenDeps,
  purpose: TokenPurpose,
  { token, now }: { token: string; now: Date },
): Promise<{ claims: TokenClaims; key: Json } | { refused: string }> {
  const verified = await tokens.verify(token);
  if ('refused' in verified) return verified;
  const claims = tokenClaimsSchema.safeParse(verified.claims);
  if (!claims.success) return { refused: `the token has no usable claim ${claims.error.issues[0]?.path.join('.')}` };
  const refusal = checkTokenClaims(purpose, claims.data, { ...signIn, now: now.getTime() / 1000 });
  return refusal ? { refused: refusal } : { claims: claims.data, key: verified.key };
}

/**
 * Verifies an archived token again, with the key that was archived with the token. The times in the token are compared
 * with the time of admission.
 * @param purpose.what the dossier (digest) or incident (id) of the token, for the error message.
 * @throws AirlockError `token-corrupt` if the token is not valid: the archive was changed. The caller must not ignore
 * the token, because its decision may be a denial.
 */
export async function verifyArchivedToken(
  { tokens, signIn }: VerifyTokenDeps,
  purpose: TokenPurpose & { what: string },
  { token, key, admittedAt }: ArchivedToken,
): Promise<TokenClaims> {
  const corrupt = (why: string): Error =>
    refused(
      'token-corrupt',
      `archived token for ${purpose.what}, admitted ${admittedAt}: ${why}; the archive was changed, so a new dossier and new approvals are needed`,
    );
  const verified = await tokens.verifyArchived(token, key);
  if ('refused' in verified) throw corrupt(verified.refused);
  const claims = tokenClaimsSchema.safeParse(verified.claims);
  if (!claims.success) throw corrupt('claims are missing');
  const refusal = checkTokenClaims(purpose, claims.data, { ...signIn, now: Date.parse(admittedAt) / 1000 });
  if (refusal) throw corrupt(refusal);
  return claims.data;
}
