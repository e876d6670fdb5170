import { fromBase64url } from '../../lib/base64.ts';
import { tokenClaimsSchema, type TokenClaims } from './decision-token.ts';

/**
 * Reads the claims of a compact JWS (RFC 7515). Does not verify the signature. Because of these claims, a caller may
 * refuse a token, but must not admit a token.
 * @returns undefined if the payload cannot be read or lacks a claim of a decision token.
 */
export function unverifiedClaims(token: string): TokenClaims | undefined {
  const bytes = fromBase64url(token.split('.')[1] ?? '');
  if (!bytes) return undefined;
  try {
    const claims = tokenClaimsSchema.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
    return claims.success ? claims.data : undefined;
  } catch {
    // The payload is not UTF-8 or not JSON.
    return undefined;
  }
}
