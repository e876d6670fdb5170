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
import { AirlockError } from '../../lib/error.ts';
import { Secret } from '../../platform/secret.ts';
import { isProtected } from './discover.ts';
import { openLoopback } from './loopback.ts';

/** One sign-in of a person at the identity provider. */
export interface SignInRequest {
  issuer: string;
  clientId: string;
  /** Binds the ID token to one decision, edit or request. */
  nonce: string;
  /** Shows the person where to sign in. */
  show: (url: string) => void;
  /** Longest time for the person to sign in, milliseconds. */
  deadlineMs: number;
}

/** Deadline for one answer of the provider, seconds. */
const answerSeconds = 10;

/**
 * Makes a person sign in again in their own browser, and returns the ID token. The sign-in is an authorization code
 * flow with PKCE (S256) and state, of a public client with a loopback redirect (RFC 8252). The access token is not
 * kept.
 * @throws AirlockError `sign-in-timeout`, `sign-in-refused`, `issuer-insecure` (a person must act first).
 */
export async function signIn({ issuer, clientId, nonce, show, deadlineMs }: SignInRequest): Promise<Secret> {
  try {
    const provider = await discoverProvider(new URL(issuer), clientId);
    await using loopback = await openLoopback();
    const [state, verifier] = [randomState(), randomPKCECodeVerifier()];
    const url = buildAuthorizationUrl(provider, {
      redirect_uri: loopback.redirectUri,
      scope: 'openid groups',
      state,
      nonce,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      // Every decision, edit and request needs a sign-in of its own, even if the browser still has a session.
      prompt: 'login',
      max_age: '0',
    });
    show(url.href);
    const answer = await loopback.waitForRedirect(state, deadlineMs);
    const checks = {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      maxAge: deadlineMs / 1000,
    };
    const { id_token: token } = await authorizationCodeGrant(provider, answer, checks);
    return new Secret(token ?? '');
  } catch (error) {
    throw error instanceof AirlockError ? error : refusedSignIn(error);
  }
}

async function discoverProvider(issuer: URL, clientId: string): Promise<Configuration> {
  if (!isProtected(issuer)) {
    const message =
      `${issuer.href} is neither an https nor a loopback address, so others on the network could read the sign-in: ` +
      'configure an issuer with https';
    throw new AirlockError({ code: 'issuer-insecure', message });
  }
  const execute = issuer.protocol === 'http:' ? [allowInsecureRequests] : [];
  const client = { token_endpoint_auth_method: 'none' };
  return discovery(issuer, clientId, client, None(), { execute, timeout: answerSeconds });
}

/**
 * The message quotes only one text of the library's error, because that error may contain the provider's whole answer.
 */
function refusedSignIn(error: unknown): AirlockError {
  const { code, error: oauthCode, message } = error as { code?: unknown; error?: unknown; message?: unknown };
  const why = [oauthCode, code, message].find((text) => typeof text === 'string') ?? 'no reason given';
  return new AirlockError({
    code: 'sign-in-refused',
    message: `the sign-in failed (${String(why)}): nothing was sent to Airlock; run the command again`,
  });
}
