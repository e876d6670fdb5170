import { cutMessage } from '../../lib/cut-message.ts';
import type { ErrorCode } from '../../lib/error-catalogue.ts';
import { AirlockError } from '../../lib/error.ts';
import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';
import { cutSecrets } from '../../lib/secrets/cut-secrets.ts';

/** An answer of Vault that reports an error. */
export interface VaultAnswer {
  status: number;
  /** The list `errors` in the body of the answer. Empty if the body has no such list. */
  errors: readonly string[];
}

/** Longest text from Vault in an error message, in characters. */
const maxShownLength = 400;
/** Largest number of reasons in the message of the error. Vault usually sends only a few. */
const maxReadReasons = 20;
/** Largest number of reasons in `details.errors`. */
const maxReasons = 5;
/** Longest reason in `details.errors`, in characters. */
const maxReasonLength = 1_000;

/**
 * Matches the message of an API server that refuses a request. To create a credential in a target, Vault sends
 * requests to the target's API server. If the API server refuses such a request, Vault answers 500. Vault also answers
 * 500 after other failures. Only these other failures are worth a retry.
 */
const targetRefused = /is forbidden|denied request|denied the request|is invalid|Unauthorized/;

/**
 * Translates an error answer of Vault into an AirlockError.
 * - `vault-denied`: the token is invalid, or the token's policies do not allow the request. `details.invalidToken` is
 *   true only for an invalid token.
 * - `vault-unavailable`: Vault or a proxy before Vault cannot serve any request now (see `isUnavailable` below). The
 *   caller can retry.
 * - `vault-refused`: Vault refused the request for another reason, or a target's API server refused a request by Vault.
 * - `vault-failed`: Vault answered 500 for another reason. The caller can retry.
 *
 * For all codes, `details.status` is the HTTP status, and `details.errors` contains the first reasons. Secrets are removed
 * from all reasons: Vault quotes API servers, and a database engine would quote its connection.
 * @param call method and path of the request, such as `POST auth/approle/login`.
 */
export function vaultError(call: string, answer: VaultAnswer): AirlockError {
  const { status, errors } = answer;
  const reasons = cutMessage(errors.slice(0, maxReadReasons).map(cutMessage).join('; ')) || 'no reason given';
  const shown = escapeForTerminal(cutSecrets(reasons).replace(/\s+/g, ' ').trim().slice(0, maxShownLength));
  const { code, advice } = classify(status, reasons);
  return new AirlockError({
    code,
    message: `${call}: Vault answered ${status}: ${shown}; ${advice}`,
    details: {
      status,
      errors: errors.slice(0, maxReasons).map((reason) => cutSecrets(reason).slice(0, maxReasonLength)),
      invalidToken: isInvalidToken(answer),
    },
  });
}

/**
 * Returns true if Vault says that the token is invalid: unknown, expired or revoked. Returns false for every other
 * error. Example: the token is valid, but the token's policies do not allow the request.
 */
export function isInvalidToken({ status, errors }: VaultAnswer): boolean {
  return status === 403 && errors.some((error) => error.includes('invalid token'));
}

/** Returns the error for a request to which Vault gave no complete answer. The request may have taken effect. */
export function vaultUnreachable(call: string, problem: string): AirlockError {
  const shown = escapeForTerminal(problem.slice(0, 100));
  const message = `${call}: no complete answer from Vault (${shown}); check that Vault runs, then try again`;
  return new AirlockError({ code: 'vault-unreachable', message });
}

function classify(status: number, reasons: string): { code: ErrorCode; advice: string } {
  if (status === 403)
    return { code: 'vault-denied', advice: 'check that the token is valid and that its policies allow the request' };
  if (isUnavailable(status))
    return {
      code: 'vault-unavailable',
      advice:
        'check that Vault is unsealed, active and below its rate limit, check any proxy before Vault, then try again',
    };
  if (status < 500)
    return {
      code: 'vault-refused',
      advice: 'check that the request is valid and that Vault has the mount, role or key in the path',
    };
  if (targetRefused.test(reasons)) {
    return {
      code: 'vault-refused',
      advice: 'the target cluster refused a request by Vault; ask the administrator of the target cluster',
    };
  }
  return { code: 'vault-failed', advice: "try again; if Vault fails again, see Vault's log" };
}

/**
 * Returns true if Vault or a proxy before Vault cannot serve any request now:
 * - 307: a standby node redirects to the active node. The client does not follow the redirect, because the token would
 *   then be sent to another host.
 * - 429: a rate limit or a standby node.
 * - 472: a node of a disaster-recovery secondary. 473: a performance standby node.
 * - Above 500: Vault is sealed (503), or the proxy fails.
 */
function isUnavailable(status: number): boolean {
  return [307, 429, 472, 473].includes(status) || status > 500;
}
