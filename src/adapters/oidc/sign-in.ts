import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  discovery,
  None,
  randomPKCECodeVerifier,
  randomState,
  type Configuration,
} from 'openid-client';
import type { AuthorizationDetail } from '../../domain/approval/authorization-details.ts';
import { AirlockError } from '../../lib/error.ts';
import { Secret } from '../../platform/secret.ts';
import { isProtected } from '../../platform/http/is-protected.ts';
import { openLoopback } from './loopback.ts';

/** What one sign-in at the identity provider needs. */
export interface SignInRequest {
  /** URL of the identity provider. */
  issuer: string;
  /** True if `issuer` may use http, even outside this machine. The default is false. */
  insecure?: boolean;
  clientId: string;
  /** Binds the ID token to one decision, to one edit, or to one request for a repair. */
  nonce: string;
  /** What the sign-in is for; can be empty. Sent only to a provider whose metadata lists the types of all entries (RFC 9396). */
  details: readonly AuthorizationDetail[];
  /** The values of the claim `acr` that the person's sign-in may have. Without values, any sign-in. */
  acrValues?: readonly string[] | undefined;
  /** Shows the person the address at which to sign in. */
  show: (url: string) => void;
  /** Longest time for the sign-in, milliseconds. */
  deadlineMs: number;
}

/** Deadline for one answer of the provider, seconds. */
const answerSeconds = 10;

/**
 * Asks a person to sign in with a browser, and returns the ID token. Uses the authorization code flow with PKCE (S256)
 * and `state`. Airlock is a public OIDC client with a loopback redirect (RFC 8252). The access token is discarded.
 * @throws AirlockError `sign-in-timeout`, `sign-in-refused`, `issuer-insecure`.
 */
export async function signIn(request: SignInRequest): Promise<Secret> {
  const { clientId, nonce, show, deadlineMs } = request;
  try {
    const provider = await discoverProvider(request, clientId);
    await using loopback = await openLoopback();
    const [state, verifier] = [randomState(), randomPKCECodeVerifier()];
    const url = buildAuthorizationUrl(provider, {
      redirect_uri: loopback.redirectUri,
      scope: 'openid groups',
      state,
      nonce,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      // The person must sign in now, even if the browser has a session at the provider.
      prompt: 'login',
      max_age: '0',
      ...demandsOf(provider, request),
    });
    show(url.href);
    const answer = await loopback.waitForRedirect(state, deadlineMs);
    const checks = {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      // In seconds. The library refuses an ID token if more than this time has passed since its `auth_time`.
      maxAge: deadlineMs / 1000,
    };
    const { id_token: token } = await authorizationCodeGrant(provider, answer, checks);
    return new Secret(token ?? '');
  } catch (error) {
    throw error instanceof AirlockError ? error : failedSignIn(error);
  }
}

function demandsOf(
  provider: Configuration,
  { details, acrValues = [] }: Pick<SignInRequest, 'details' | 'acrValues'>,
): Record<string, string> {
  // A provider that supports other types of details must refuse a request with an unknown type.
  const supported = provider.serverMetadata()['authorization_details_types_supported'];
  const areShown =
    details.length > 0 && Array.isArray(supported) && details.every(({ type }) => supported.includes(type));
  return {
    ...(areShown && { authorization_details: JSON.stringify(details) }),
    ...(acrValues.length > 0 && { acr_values: acrValues.join(' ') }),
  };
}

async function discoverProvider(
  { issuer, insecure = false }: Pick<SignInRequest, 'issuer' | 'insecure'>,
  clientId: string,
): Promise<Configuration> {
  const url = new URL(issuer);
  if (!insecure) assertProtected(issuer);
  const execute = url.protocol === 'http:' ? [allowInsecureRequests] : [];
  const client = { token_endpoint_auth_method: 'none' };
  const provider = await discovery(url, clientId, client, None(), { execute, timeout: answerSeconds });
  const { authorization_endpoint: authorization, token_endpoint: token } = provider.serverMetadata();
  // The issuer can be on this machine and name endpoints on the network.
  if (!insecure) for (const endpoint of [authorization, token]) assertProtected(endpoint ?? '');
  return provider;
}

function assertProtected(address: string): void {
  if (URL.canParse(address) && isProtected(new URL(address))) return;
  const message = `others on the network could read a sign-in at ${address || 'an unnamed endpoint'}: configure an issuer with https, or allow plain http with AIRLOCK_INSECURE=true`;
  throw new AirlockError({ code: 'issuer-insecure', message });
}

/**
 * Makes the error for a failed sign-in. The message contains only one field of the library's error: the OAuth error code,
 * else the library's code, else its message. Other fields may contain the provider's whole answer.
 */
function failedSignIn(error: unknown): AirlockError {
  const { code, error: oauthCode, message } = error as { code?: unknown; error?: unknown; message?: unknown };
  const why = [oauthCode, code, message].find((text) => typeof text === 'string') ?? 'no reason given';
  return new AirlockError({
    code: 'sign-in-refused',
    message: `the sign-in failed (${String(why)}): nothing was sent to Airlock; run the command again`,
  });
}
