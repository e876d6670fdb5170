import type { TokenPurpose } from '../../domain/approval/decision-token.ts';
import type { Secret } from '../../platform/secret.ts';

/** How a person signs in for one decision or request alone. */
export interface SignInDeps {
  issuer: string;
  signIn: (request: {
    issuer: string;
    clientId: string;
    nonce: string;
    show: (url: string) => void;
    deadlineMs: number;
  }) => Promise<Secret>;
  /** Takes a line of standard error: a notice. */
  err: (line: string) => void;
}

const signInMinutes = 5;

/**
 * Has the person sign in for this purpose alone, in their own browser. The token is neither printed nor stored.
 * @throws AirlockError of the sign-in.
 */
export async function obtainToken(
  { issuer, signIn, err }: SignInDeps,
  { clientId, nonce }: TokenPurpose,
): Promise<string> {
  const show = (url: string): void => {
    err(`Sign in: ${url}`);
    err(`Waiting for the sign-in, ${signInMinutes} minutes at most.`);
  };
  const token = await signIn({ issuer, clientId, nonce, show, deadlineMs: signInMinutes * 60_000 });
  return token.reveal();
}
