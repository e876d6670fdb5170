import { z } from 'zod';
import { AirlockError } from '../../lib/error.ts';

/** The part of a provider's metadata that is read here (OpenID Connect Discovery 1.0, section 3). */
const metadataSchema = z.object({
  issuer: z.string(),
  jwks_uri: z.url(),
  subject_types_supported: z.array(z.string()),
});

const deadlineMs = 5_000;

/**
 * Where the issuer publishes its keys.
 * @throws AirlockError `issuer-unavailable` (retry) without an answer, `issuer-invalid` (ask) with a wrong one.
 */
export async function discoverKeys(issuer: string): Promise<URL> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const answer = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(deadlineMs) })
    .then((response) => (response.ok ? response.json() : Promise.reject(new Error(`status ${response.status}`))))
    .catch((cause: Error) => {
      throw issuerUnavailable(`${address}: ${cause.message}`);
    });
  const metadata = metadataSchema.safeParse(answer);
  if (!metadata.success) throw invalid(address, 'is no provider metadata');
  // Section 4.3: else another issuer's keys could be served under this name.
  if (metadata.data.issuer !== issuer) throw invalid(address, 'names another issuer');
  // Section 8: a pairwise subject is another one per client, so that a requester could not be told from who approves.
  if (!metadata.data.subject_types_supported.includes('public')) throw invalid(address, 'has no public subjects');
  const keys = new URL(metadata.data.jwks_uri);
  if (!isProtected(keys)) throw invalid(address, 'wants its keys to be fetched without TLS');
  return keys;
}

/** TLS, or an address of this machine's own (RFC 8252 section 8.3 allows that for loopback alone). */
export function isProtected(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && ['127.0.0.1', '[::1]'].includes(url.hostname));
}

/** No answer from the identity provider: nothing was decided, the same call may be made again. */
export function issuerUnavailable(why: string): AirlockError {
  const message = `the identity provider did not answer (${why}): check that it runs, then try again`;
  return new AirlockError({ code: 'issuer-unavailable', message, next: 'retry' });
}

function invalid(address: string, why: string): AirlockError {
  return new AirlockError({ code: 'issuer-invalid', message: `${address} ${why}: check oidc.issuer`, next: 'ask' });
}
