import { z } from 'zod';
import { AirlockError } from '../../lib/error.ts';
import { isSuccess } from '../../platform/http/http-answer.ts';
import { httpGet } from '../../platform/http/http-get.ts';
import { HttpFailure } from '../../platform/http/http-failure.ts';

/** The members of a provider's metadata that Airlock reads (OpenID Connect Discovery 1.0, section 3). */
const metadataSchema = z.object({
  issuer: z.string(),
  jwks_uri: z.url(),
  subject_types_supported: z.array(z.string()),
});

const deadlineMs = 5_000;

/**
 * Reads the address of the issuer's public keys from the issuer's metadata.
 * @throws AirlockError `issuer-unavailable` (retry) if the issuer does not answer with JSON and a success status;
 * `issuer-invalid` (a person must act first) if the metadata cannot be used.
 */
export async function discoverKeysAddress(issuer: string): Promise<URL> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const answer = await metadataAt(address);
  const metadata = metadataSchema.safeParse(answer);
  if (!metadata.success) throw invalid(address, 'is not metadata of an OpenID provider');
  // OpenID Connect Discovery 1.0, section 4.3. Without this check, keys of another issuer could be served under this
  // issuer's name.
  if (metadata.data.issuer !== issuer) throw invalid(address, 'names another issuer');
  // OpenID Connect Core 1.0, section 8. With pairwise subjects, the same person has a different `sub` at each client.
  // Airlock could then not see that an approver is also the requester.
  if (!metadata.data.subject_types_supported.includes('public'))
    throw invalid(address, 'does not support public subject identifiers');
  const keys = new URL(metadata.data.jwks_uri);
  if (!isProtected(keys)) throw invalid(address, 'has a jwks_uri that does not use TLS');
  return keys;
}

async function metadataAt(address: string): Promise<unknown> {
  const { origin, pathname, search } = new URL(address);
  try {
    const answer = await httpGet({ origin, path: `${pathname}${search}`, deadlineMs });
    if (!isSuccess(answer)) throw issuerUnavailable(`${address}: status ${answer.status}`);
    return answer.json();
  } catch (error) {
    throw error instanceof HttpFailure ? issuerUnavailable(`${address}: ${error.problem}`) : error;
  }
}

/**
 * Returns true for an https address, and for an http address with the host 127.0.0.1 or [::1]. RFC 8252, section 8.3,
 * allows http for loopback addresses only.
 */
export function isProtected(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && ['127.0.0.1', '[::1]'].includes(url.hostname));
}

/**
 * Makes the error for an identity provider that gives no usable answer. The token was neither accepted nor refused, so
 * the call can be repeated.
 */
export function issuerUnavailable(why: string): AirlockError {
  const message = `the identity provider gave no usable answer (${why}): check that it runs, then try again`;
  return new AirlockError({ code: 'issuer-unavailable', message });
}

function invalid(address: string, why: string): AirlockError {
  return new AirlockError({ code: 'issuer-invalid', message: `${address} ${why}: check oidc.issuer` });
}
