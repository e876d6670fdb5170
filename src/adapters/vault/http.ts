import { setTimeout as sleep } from 'node:timers/promises';
import nodeVault from 'node-vault';
import type { Secret } from '../../platform/secret.ts';
import { isInvalidToken, vaultError, vaultUnreachable, type VaultAnswer } from './vault-error.ts';

export type VaultMethod = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'LIST';

/** One call; `path` without `/v1/`. */
export interface VaultCall {
  method: VaultMethod;
  path: string;
  body?: object;
  token?: Secret;
}

/** Thrown inside this folder only: the token is no longer one. */
export class InvalidVaultToken extends Error {
  override readonly name = 'InvalidVaultToken';
}

/** From sending to the whole answer. A credential takes Vault up to seconds under load (5 requests per second and mount). */
const deadlineMs = 20_000;

/**
 * Calls Vault through node-vault, each call with a deadline, and gives the parsed answer.
 * @throws AirlockError `vault-*`, never the HTTP client's own error: that one carries the token.
 */
export function createVaultHttp(address: string): (call: VaultCall) => Promise<any> {
  const client = nodeVault({
    endpoint: address,
    requestOptions: { timeout: deadlineMs, strictSSL: true },
    debug: () => undefined, // node-vault would print bodies, and with them credentials, where DEBUG is set
  });
  // What node-vault takes from the environment must decide nothing here.
  Object.assign(client, { token: '', namespace: '', pathPrefix: '' });
  return async ({ method, path, body, token }) => {
    const headers = token ? { 'X-Vault-Token': token.reveal() } : {};
    const call = `${method} ${path}`;
    try {
      return await withDeadline(client.request({ method, path: `/${path}`, headers, ...(body ? { json: body } : {}) }));
    } catch (error) {
      throw translated(call, error);
    }
  };
}

/** axios' timeout is one of silence: a server that sends a byte now and then would never meet it. */
async function withDeadline(answer: Promise<any>): Promise<any> {
  const done = new AbortController();
  const late = sleep(deadlineMs, undefined, { signal: done.signal, ref: false }).then(() => {
    throw new Error(`no whole answer within ${deadlineMs / 1000} s`);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    late.catch(() => undefined); // ends with the abort below, which nobody waits for
    done.abort();
  }
}

function translated(call: string, error: unknown): Error {
  const { response, code, message } = error as {
    response?: { statusCode: number; body?: any };
    code?: string;
    message?: string;
  };
  if (!response) return vaultUnreachable(call, code ?? message ?? 'no connection');
  const errors: unknown = response.body?.errors;
  const answer: VaultAnswer = { status: response.statusCode, errors: Array.isArray(errors) ? errors.map(String) : [] };
  return isInvalidToken(answer)
    ? new InvalidVaultToken('the Vault token is not valid any more')
    : vaultError(call, answer);
}
