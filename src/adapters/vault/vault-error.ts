import { AirlockError, type Next } from '../../lib/error.ts';
import { visible } from '../../lib/escape-for-terminal.ts';

/** An answer of Vault's that is no success. */
export interface VaultAnswer {
  status: number;
  /** Vault's own list of reasons. */
  errors: string[];
}

/**
 * Words of a Kubernetes API server inside Vault's answer. Vault says 500 for what a target's RBAC or admission refused,
 * as it does for its own faults; trying that again is pointless.
 */
const targetRefused = /is forbidden|denied request|denied the request|is invalid|Unauthorized/;

/**
 * The error for an answer: `vault-denied` (no right, or no valid identity), `vault-refused` (a bad request, or the
 * target cluster said no), `vault-unavailable` (sealed or standby; try again), `vault-failed` (any other 5xx; try again).
 */
export function vaultError(call: string, { status, errors }: VaultAnswer): AirlockError {
  const words = errors.join('; ') || 'no reason given';
  const { code, next, advice } = judge(status, words);
  return new AirlockError({
    code,
    message: `${call}: Vault answered ${status}: ${visible(words.replace(/\s+/g, ' ').trim().slice(0, 400))}; ${advice}`,
    next,
    details: { status },
  });
}

/** True for the answer to a token that is unknown, expired or revoked, unlike one whose policy lacks the right. */
export function isInvalidToken({ status, errors }: VaultAnswer): boolean {
  return status === 403 && errors.some((error) => error.includes('invalid token'));
}

/** The error for a call to which no whole answer came: it may have had its effect. */
export function vaultUnreachable(call: string, why: string): AirlockError {
  const message = `${call}: Vault did not answer (${visible(why.slice(0, 100))}); try again, or see whether it runs`;
  return new AirlockError({ code: 'vault-unreachable', message, next: 'retry' });
}

function judge(status: number, words: string): { code: string; next: Next; advice: string } {
  if (status === 403) return { code: 'vault-denied', next: 'stop', advice: "this identity's policy does not allow it" };
  if (status < 500 && status !== 429 && status !== 472 && status !== 473) {
    return { code: 'vault-refused', next: 'stop', advice: 'the request is not acceptable' };
  }
  if (status === 500 && targetRefused.test(words)) {
    return { code: 'vault-refused', next: 'stop', advice: 'the target cluster refused; its owner decides' };
  }
  if (status !== 500)
    return { code: 'vault-unavailable', next: 'retry', advice: 'it is sealed or not the active node' };
  return { code: 'vault-failed', next: 'retry', advice: "try again, or see Vault's log" };
}
