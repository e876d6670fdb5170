import type { ProofOf } from '../domain/approval/decision-token.ts';
import type { Secret } from '../platform/secret.ts';

/** How a person signs in for one thing alone. */
export interface SignInDeps {
  issuer: string;
  signIn: (request: {
    issuer: string;
    clientId: string;
    nonce: string;
    show: (url: string) => void;
    deadlineMs: number;
  }) => Promise<Secret>;
  /** Notices on the way. */
  err: (line: string) => void;
}

const signInMinutes = 5;

/**
 * Has the person sign in for this alone, in their own browser. The token is neither printed nor stored.
 * @throws AirlockError of the sign-in.
 */
export async function obtainProof({ issuer, signIn, err }: SignInDeps, { clientId, nonce }: ProofOf): Promise<string> {
  const show = (url: string): void => {
    err(`Sign in: ${url}`);
    err(`Waiting for you to sign in, ${signInMinutes} minutes at most.`);
  };
  const proof = await signIn({ issuer, clientId, nonce, show, deadlineMs: signInMinutes * 60_000 });
  return proof.reveal();
}
