import { z } from 'zod';
import { AirlockError } from '../../lib/error.ts';
import { isSuccess } from '../../platform/http/http-answer.ts';
import { httpGet } from '../../platform/http/http-get.ts';
import { HttpFailure } from '../../platform/http/http-failure.ts';
import { isProtected } from '../../platform/http/is-protected.ts';

/** The fields that Airlock reads in an identity provider's metadata (OpenID Connect Discovery 1.0, section 3). */
const metadataSchema = z.object({
  issuer: z.string(),
  jwks_uri: z.url(),
  subject_types_supported: z.array(z.string()),
});

const deadlineMs = 5_000;

/** Where an identity provider is, and whether TLS is required. */
export interface Issuer {
  /** URL of the identity provider. */
  issuer: string;
  /** True if the addresses of the provider may use http, even outside this machine. The default is false. */
  insecure?: boolean;
}

/**
 * Reads the address of the issuer's public keys from the issuer's metadata.
 * @throws AirlockError `issuer-unavailable` (retry): the issuer gives no answer, an error status, or no JSON.
 * `issuer-invalid`: the metadata is malformed or does not meet the requirements below.
 */
export async function discoverKeysAddress({ issuer, insecure = false }: Issuer): Promise<URL> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const answer = await metadataAt(address);
  const metadata = metadataSchema.safeParse(answer);
  if (!metadata.success) throw invalid(address, 'is not metadata of an OpenID provider');
  // OpenID Connect Discovery 1.0, section 4.3, requires this check. Without it, Airlock could use the keys of another
  // issuer.
  if (metadata.data.issuer !== issuer) throw invalid(address, 'names another issuer');
  // OpenID Connect Core 1.0, section 8. Airlock has two OIDC clients: one for requests and edits, one for decisions.
  // With pairwise subjects, a person has a different `sub` at each client. Airlock could then not see that an approver
  // is also the requester.
  if (!metadata.data.subject_types_supported.includes('public'))
    throw invalid(address, 'does not support public subject identifiers');
  const keysAddress = new URL(metadata.data.jwks_uri);
  if (!insecure && !isProtected(keysAddress)) throw invalid(address, 'has a jwks_uri that does not use TLS');
  return keysAddress;
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

/** Makes the error for an identity provider that gives no usable answer. A later attempt can succeed. */
export function issuerUnavailable(why: string): AirlockError {
  const message = `the identity provider gave no usable answer (${why}): check that it runs, then try again`;
  return new AirlockError({ code: 'issuer-unavailable', message });
}

function invalid(address: string, why: string): AirlockError {
  return new AirlockError({
    code: 'issuer-invalid',
    message: `${address} ${why}: check the identity provider and oidc.issuer`,
  });
}
