import { AirlockError } from '../../lib/error.ts';
import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';
import { obtainToken, type SignInDeps, type SignInPurpose } from './obtain-token.ts';

/** Limit on the sign-ins of one command. */
const maxSignIns = 3;

/**
 * Asks the person to sign in, then calls `send` with the decision token. If Airlock answers `sign-in-used`, tells the
 * person why, asks for another sign-in, and calls `send` again, with at most three sign-ins. An identity provider that
 * ignores `prompt=login` gives every sign-in of a session the same time, so a further sign-in does not always help.
 * @returns the result of `send`.
 * @throws AirlockError `sign-in-used` after the third sign-in; the errors of the sign-in and of `send`.
 */
export async function sendWithToken<T>(
  deps: SignInDeps,
  purpose: SignInPurpose,
  send: (token: string) => Promise<T>,
): Promise<T> {
  for (let signIns = 1; ; signIns += 1) {
    const token = await obtainToken(deps, purpose);
    try {
      return await send(token);
    } catch (error) {
      if (!isSignInUsed(error) || signIns === maxSignIns) throw error;
      deps.err(escapeForTerminal(error.message));
      deps.err('Nothing was changed with this sign-in. You can sign in again for the same purpose:');
    }
  }
}

/** Returns true for the error after which the same command can succeed with a new sign-in. */
export function isSignInUsed(error: unknown): error is AirlockError {
  return error instanceof AirlockError && error.code === 'sign-in-used';
}
