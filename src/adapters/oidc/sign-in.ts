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

export interface SignInRequest {
  issuer: string;
  clientId: string;
  /** What the ID token is to be for, and nothing else. */
  nonce: string;
  /** Shows the person where to sign in. */
  show: (url: string) => void;
  /** Longest time for the person to do so. */
  deadlineMs: number;
}

/** Longest time for one answer of the provider, seconds. */
const answerSeconds = 10;

/**
 * Has a person sign in afresh, in their own browser, and returns the ID token: code flow with PKCE (S256) and state, a
 * public client, a loopback redirect (RFC 8252). Whatever else the provider gives is dropped.
 * @throws AirlockError `sign-in-timeout`, `sign-in-refused`, `issuer-insecure` (ask).
 */
export async function signIn({ issuer, clientId, nonce, show, deadlineMs }: SignInRequest): Promise<Secret> {
  try {
    const provider = await find(new URL(issuer), clientId);
    await using loopback = await openLoopback();
    const [state, verifier] = [randomState(), randomPKCECodeVerifier()];
    const url = buildAuthorizationUrl(provider, {
      redirect_uri: loopback.redirectUri,
      scope: 'openid groups',
      state,
      nonce,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      // A decision wants a sign-in of its own, whatever session the browser has.
      prompt: 'login',
      max_age: '0',
    });
    show(url.href);
    const answer = await loopback.answer(state, deadlineMs);
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

async function find(issuer: URL, clientId: string): Promise<Configuration> {
  if (!isProtected(issuer)) {
    const message = `${issuer.href} is neither https nor an address of this machine: a sign-in there could be read along`;
    throw new AirlockError({ code: 'issuer-insecure', message, next: 'ask' });
  }
  const execute = issuer.protocol === 'http:' ? [allowInsecureRequests] : [];
  const client = { token_endpoint_auth_method: 'none' };
  return discovery(issuer, clientId, client, None(), { execute, timeout: answerSeconds });
}

/** The library's errors may carry answers of the provider: only its words for the kind of problem are kept. */
function refusedSignIn(error: unknown): AirlockError {
  const { code, error: word, message } = error as { code?: unknown; error?: unknown; message?: unknown };
  const why = [word, code, message].find((text) => typeof text === 'string') ?? 'no reason given';
  return new AirlockError({
    code: 'sign-in-refused',
    message: `the sign-in did not succeed (${String(why)}): run the command again, nothing was decided`,
    next: 'ask',
  });
}
