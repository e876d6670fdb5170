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
 * Reads from the issuer's metadata the address of its keys.
 * @throws AirlockError `issuer-unavailable` (retry) without an answer, `issuer-invalid` (ask) with unusable metadata.
 */
export async function discoverKeys(issuer: string): Promise<URL> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const answer = await metadataAt(address);
  const metadata = metadataSchema.safeParse(answer);
  if (!metadata.success) throw invalid(address, 'is not provider metadata');
  // Section 4.3: without this check another issuer's keys could be served under this name.
  if (metadata.data.issuer !== issuer) throw invalid(address, 'names another issuer');
  // Section 8: a pairwise subject differs for each client, so a requester could not be recognised as the approver.
  if (!metadata.data.subject_types_supported.includes('public'))
    throw invalid(address, 'does not support public subject identifiers');
  const keys = new URL(metadata.data.jwks_uri);
  if (!isProtected(keys)) throw invalid(address, 'has a jwks_uri without TLS');
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

/** True for TLS and for a loopback address, the only one without TLS that RFC 8252 section 8.3 allows. */
export function isProtected(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && ['127.0.0.1', '[::1]'].includes(url.hostname));
}

/** The error when the identity provider does not answer: nothing was decided, so the same call can be repeated. */
export function issuerUnavailable(why: string): AirlockError {
  const message = `the identity provider did not answer (${why}): check that it runs, then try again`;
  return new AirlockError({ code: 'issuer-unavailable', message });
}

function invalid(address: string, why: string): AirlockError {
  return new AirlockError({ code: 'issuer-invalid', message: `${address} ${why}: check oidc.issuer` });
}
