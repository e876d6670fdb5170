import type { Json } from '../../lib/json/json.ts';
import {
  tokenClaimsSchema,
  checkTokenClaims,
  type SignInTerms,
  type TokenClaims,
  type TokenPurpose,
} from '../../domain/approval/decision-token.ts';
import {
  checkDetails,
  type AuthorizationDetail,
  type DetailsTerms,
} from '../../domain/approval/authorization-details.ts';
import { refused } from '../../lib/error.ts';
import type { TokenVerifier } from '../ports.ts';

/** What `verifyArchivedToken` needs from outside. */
export interface VerifyTokenDeps {
  tokens: TokenVerifier;
  signIn: SignInTerms;
}

/** What `verifyToken` needs from outside. */
export interface AdmitTokenDeps extends VerifyTokenDeps {
  /** Whether a token must say what the identity provider showed at the sign-in. */
  authorizationDetails: DetailsTerms;
}

/** A decision token that arrives. */
export interface ArrivedToken {
  token: string;
  now: Date;
  /** What the token is for. If the token says what the provider showed, this must be equal. */
  detail: AuthorizationDetail;
}

/** A decision token in the gateway's archive. */
export interface ArchivedToken {
  token: string;
  /** The issuer's public key (JWK) that verified the token on admission. */
  key: Json;
  /** ISO 8601, by the gateway's clock. */
  admittedAt: string;
}

/**
 * Verifies a decision token that arrives. Verifies the signature with the issuer's public keys, and checks the claims
 * at the time `now`, and what the provider showed at the sign-in.
 * @returns the claims and the public key that verified the signature, or the reason to refuse the token.
 * @throws AirlockError `issuer-unavailable` (retry).
 */
export async function verifyToken(
  { tokens, signIn, authorizationDetails }: AdmitTokenDeps,
  purpose: TokenPurpose,
  { token, now, detail }: ArrivedToken,
): Promise<{ claims: TokenClaims; key: Json } | { refused: string }> {
  const verified = await tokens.verify(token);
  if ('refused' in verified) return verified;
  const claims = tokenClaimsSchema.safeParse(verified.claims);
  if (!claims.success) return { refused: `the token has no usable claim ${claims.error.issues[0]?.path.join('.')}` };
  const refusal =
    checkTokenClaims(purpose, claims.data, { ...signIn, now: now.getTime() / 1000 }) ??
    checkDetails(detail, claims.data.authorization_details, authorizationDetails);
  return refusal ? { refused: refusal } : { claims: claims.data, key: verified.key };
}

/**
 * Verifies an archived token again, with the public key in the archive. Checks the claims at the time of admission.
 * @param purpose.what the id of the token's incident, for the error message.
 * @throws AirlockError `token-corrupt` if the token is no longer valid. The caller must not skip the token, because the
 * token may belong to a denial.
 */
export async function verifyArchivedToken(
  { tokens, signIn }: VerifyTokenDeps,
  purpose: TokenPurpose & { what: string },
  { token, key, admittedAt }: ArchivedToken,
): Promise<TokenClaims> {
  const corrupt = (why: string): Error =>
    refused(
      'token-corrupt',
      `the archived token for ${purpose.what}, admitted at ${admittedAt}, is no longer valid: ${why}. Find out who changed the gateway's archive or its OIDC configuration; then request the repair again`,
    );
  const verified = await tokens.verifyArchived(token, key);
  if ('refused' in verified) throw corrupt(verified.refused);
  const claims = tokenClaimsSchema.safeParse(verified.claims);
  if (!claims.success) throw corrupt('a claim is missing or malformed');
  const refusal = checkTokenClaims(purpose, claims.data, { ...signIn, now: Date.parse(admittedAt) / 1000 });
  if (refusal) throw corrupt(refusal);
  return claims.data;
}
