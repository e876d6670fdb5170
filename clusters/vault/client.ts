import nodeVault from 'node-vault';
import { AirlockError, type Next } from '../../src/lib/error.ts';
import type { Secret } from '../../src/platform/secret.ts';

/** Vault's API under one token. Paths are without `/v1/`; answers are Vault's JSON. */
export interface VaultClient {
  read(path: string): Promise<any>;
  write(path: string, data: object): Promise<any>;
  delete(path: string): Promise<any>;
}

/** Where Vault is, and as whom it is called; without a token only what needs none. */
export interface VaultClientOptions {
  address: string;
  token?: Secret;
  timeoutMs?: number;
}

/**
 * A client with a deadline for each request.
 * @throws AirlockError `vault-denied` (403), `vault-refused` (other 4xx), `vault-failed` (5xx: also where the target
 * behind a mount refused; `details.errors` are Vault's words) or `vault-unreachable`. Never the HTTP client's own
 * error: that one carries the token.
 */
export function createVaultClient({ address, token, timeoutMs = 15_000 }: VaultClientOptions): VaultClient {
  const client = nodeVault({
    endpoint: address,
    requestOptions: { timeout: timeoutMs },
    debug: () => undefined, // node-vault would print what is written, minters' tokens too, where DEBUG is set
  });
  // What node-vault takes from the environment decides nothing here.
  Object.assign(client, { token: token?.reveal() ?? '', namespace: '', pathPrefix: '' });
  const call = async (what: string, request: Promise<any>): Promise<any> => {
    try {
      return await request;
    } catch (error) {
      throw translated(
        what,
        error as { response?: { statusCode?: number; body?: { errors?: unknown } }; code?: string },
      );
    }
  };
  return {
    read: (path) => call(`read ${path}`, client.read(path)),
    write: (path, data) => call(`write ${path}`, client.write(path, data)),
    delete: (path) => call(`delete ${path}`, client.delete(path)),
  };
}

function translated(
  what: string,
  { response, code }: { response?: { statusCode?: number; body?: { errors?: unknown } }; code?: string },
): AirlockError {
  const status = response?.statusCode;
  if (status === undefined) {
    const message = `Vault did not answer (${what}: ${code ?? 'no connection'}): try again, or see its log`;
    return new AirlockError({ code: 'vault-unreachable', message, next: 'retry', details: { call: what } });
  }
  const errors = Array.isArray(response?.body?.errors) ? response.body.errors.map(String) : [];
  const [word, next] = kindOf(status);
  const message = `Vault ${word} (${what}, ${String(status)}): ${errors.join('; ').trim() || 'no reason given'}`;
  return new AirlockError({ code: `vault-${word}`, message, next, details: { status, errors, call: what } });
}

function kindOf(status: number): [word: string, next: Next] {
  if (status === 403) return ['denied', 'stop'];
  return status < 500 ? ['refused', 'stop'] : ['failed', 'ask'];
}
