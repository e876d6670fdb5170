import type { ErrorCode } from '../../lib/error-catalogue.ts';
import { AirlockError } from '../../lib/error.ts';
import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';

/** An answer of Vault that reports an error. */
export interface VaultAnswer {
  status: number;
  /** Vault's own list of reasons. */
  errors: readonly string[];
}

/** Longest text from Vault in a message, characters. */
const longestReason = 400;
/** Largest number of reasons in `details.errors`, and the longest text of each, characters. */
const mostDetails = 5;
const longestDetail = 1_000;

/**
 * Matches texts with which a Kubernetes API server refuses a request. Vault calls the API servers of targets. Vault
 * answers 500 if the target refused the call (RBAC, admission), but also for a fault of Vault. Only a fault of Vault is
 * worth a retry.
 */
const targetRefused = /is forbidden|denied request|denied the request|is invalid|Unauthorized/;

/**
 * Translates an error answer of Vault into an AirlockError.
 * - `vault-denied`: the token is invalid (`details.invalidToken` is true), or Vault's policy does not allow the
 *   request.
 * - `vault-refused`: the request is wrong, such as an unknown path, or the target cluster refused Vault's call.
 * - `vault-unavailable` (try again): Vault is sealed, not the active node, over a rate limit, or behind a failing
 *   proxy.
 * - `vault-failed` (try again): Vault answered 500 because of a fault of Vault.
 *
 * For all codes, `details.status` is the HTTP status, and `details.errors` contains Vault's first reasons.
 * @param call method and path, for the message.
 */
export function vaultError(call: string, answer: VaultAnswer): AirlockError {
  const { status, errors } = answer;
  const reasons = errors.join('; ') || 'no reason given';
  const shown = escapeForTerminal(reasons.replace(/\s+/g, ' ').trim().slice(0, longestReason));
  const { code, advice } = classify(status, reasons);
  return new AirlockError({
    code,
    message: `${call}: Vault answered ${status}: ${shown}; ${advice}`,
    details: {
      status,
      errors: errors.slice(0, mostDetails).map((error) => error.slice(0, longestDetail)),
      invalidToken: isInvalidToken(answer),
    },
  });
}

/**
 * Returns true if the token is unknown, expired or revoked. Returns false for every other error: a token whose policy
 * does not allow the request is valid.
 */
export function isInvalidToken({ status, errors }: VaultAnswer): boolean {
  return status === 403 && errors.some((error) => error.includes('invalid token'));
}

/** Returns the error for a request without complete answer. The request may have taken effect. */
export function vaultUnreachable(call: string, problem: string): AirlockError {
  const shown = escapeForTerminal(problem.slice(0, 100));
  const message = `${call}: Vault did not answer (${shown}); check that it runs, then try again`;
  return new AirlockError({ code: 'vault-unreachable', message });
}

function classify(status: number, reasons: string): { code: ErrorCode; advice: string } {
  if (status === 403) return { code: 'vault-denied', advice: 'check the token and the Vault policy of this identity' };
  if (isUnavailable(status))
    return {
      code: 'vault-unavailable',
      advice: 'check that Vault is unsealed, active and below its rate limit, then try again',
    };
  if (status < 500)
    return { code: 'vault-refused', advice: 'check that Vault has the mount, role or key of this call' };
  if (targetRefused.test(reasons)) {
    return { code: 'vault-refused', advice: 'the target cluster refused the call; ask its administrator' };
  }
  return { code: 'vault-failed', advice: "try again, or see Vault's log" };
}

/**
 * Returns true if another attempt can succeed. 429 means a rate limit or a standby node; 472 and 473 mean standby
 * nodes; 503 means a sealed Vault. With 307, a standby node redirects to the active node. The client does not follow
 * the redirect, because the token would then be sent to another host.
 */
function isUnavailable(status: number): boolean {
  return [307, 429, 472, 473].includes(status) || status > 500;
}
