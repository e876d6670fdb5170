import type { AuthorizationDetail } from '../../domain/approval/authorization-details.ts';
import type { TokenPurpose } from '../../domain/approval/decision-token.ts';
import { describeStepUp, type StepUpTerms } from '../../domain/approval/step-up.ts';
import type { Secret } from '../../platform/secret.ts';

/** What a sign-in needs. */
export interface SignInDeps {
  /** Address of the identity provider. */
  issuer: string;
  /** True if `issuer` may use http, even outside this machine. The default is false. */
  insecure?: boolean;
  /** Asks the person to sign in. Returns the ID token, which is the decision token. */
  signIn: (request: {
    issuer: string;
    insecure: boolean;
    clientId: string;
    /** Binds the token to one decision, edit or request. */
    nonce: string;
    /** What the sign-in is for. A provider that supports this shows it. */
    details: readonly AuthorizationDetail[];
    /** The values of the claim `acr` that the sign-in may have. */
    acrValues?: readonly string[] | undefined;
    /** Shows the person the address at which to sign in. */
    show: (url: string) => void;
    /** Longest wait for the sign-in, milliseconds. */
    deadlineMs: number;
  }) => Promise<Secret>;
  /** Prints a line on standard error. */
  err: (line: string) => void;
}

/** What a decision token is for, and how the person must sign in. */
export interface SignInPurpose extends TokenPurpose {
  details: readonly AuthorizationDetail[];
  stepUp?: StepUpTerms | undefined;
}

const signInMinutes = 5;

/**
 * Asks the person to sign in with a browser. Returns the decision token, which is valid only for the given purpose. The
 * token is not printed and not stored.
 * @throws AirlockError the errors of `signIn`.
 */
export async function obtainToken(
  { issuer, insecure = false, signIn, err }: SignInDeps,
  { clientId, nonce, details, stepUp }: SignInPurpose,
): Promise<string> {
  const show = (url: string): void => {
    err(`Sign in: ${url}`);
    err(`Waiting at most ${signInMinutes} minutes for the sign-in.`);
  };
  if (stepUp) err(`The sign-in must have ${describeStepUp(stepUp)}. Airlock asks the identity provider for it.`);
  const request = { issuer, insecure, clientId, nonce, details, acrValues: stepUp?.acr };
  const token = await signIn({ ...request, show, deadlineMs: signInMinutes * 60_000 });
  return token.reveal();
}
