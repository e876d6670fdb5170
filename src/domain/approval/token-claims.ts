import { fromBase64url } from '../../lib/base64.ts';
import { tokenClaimsSchema, type TokenClaims } from './decision-token.ts';

/**
 * Reads the claims of a compact JWS (RFC 7515) without verifying the signature. Callers may use these claims to refuse
 * a token early, never to admit one.
 * @returns undefined if the payload does not have the claims of a decision token.
 */
export function unverifiedClaims(token: string): TokenClaims | undefined {
  const bytes = fromBase64url(token.split('.')[1] ?? '');
  if (!bytes) return undefined;
  try {
    const claims = tokenClaimsSchema.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
    return claims.success ? claims.data : undefined;
  } catch {
    // The payload is not JSON in UTF-8.
    return undefined;
  }
}
