import nodeVault from 'node-vault';
import { createHttpClient, type HttpClient } from '../http/http-client.ts';
import type { HttpAnswer } from '../http/http-answer.ts';
import { HttpFailure } from '../http/http-failure.ts';
import type { Secret } from '../secret.ts';
import { vaultError, vaultUnreachable } from './vault-error.ts';

type VaultMethod = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'LIST';

/** Sends requests to Vault with one identity. */
export interface VaultRequester {
  /**
   * Sends one request and returns the JSON of the answer.
   * @param path path without `/v1/`, such as `auth/token/lookup-self`.
   * @throws AirlockError `vault-denied`, `vault-refused`, `vault-unavailable`, `vault-failed` or `vault-unreachable`
   * (vault-error.ts). No error contains a token, a request's body or the HTTP library's own error.
   */
  request(method: VaultMethod, path: string, body?: object): Promise<any>;
}

/**
 * A client with one token, or without a token for requests that need none. `read` sends GET, `write` sends POST, and
 * `delete` sends DELETE.
 */
export interface VaultClient extends VaultRequester {
  read(path: string): Promise<any>;
  write(path: string, body: object): Promise<any>;
  delete(path: string): Promise<any>;
  /** A client with another token on the same connections. */
  withToken(token: Secret): VaultClient;
}

/** Where Vault is, the token of the requests, and how long a request may take. */
export interface VaultClientOptions {
  /** `https://host:port`; `http://` only on the loopback interface. */
  address: string;
  token?: Secret;
  /** Longest time from a request to its complete answer, milliseconds; 20 s by default. */
  deadlineMs?: number;
}

/** Under load a request can take seconds: Vault issues at most 5 credentials per second and mount. */
const usualDeadlineMs = 20_000;
/**
 * Size limit of an answer, bytes. Vault's longest correct answer contains the HMACs of redacted texts: about 100 bytes
 * for each redacted value of a snapshot.
 */
const maxBytes = 32 * 1024 * 1024;

/**
 * Creates a client of Vault: node-vault, which sends its requests with Airlock's own HTTP client. Redirects are not
 * followed. Environment variables have no effect. node-vault without these changes would use `VAULT_ADDR`,
 * `VAULT_TOKEN`, `VAULT_NAMESPACE`, `VAULT_PREFIX`, `VAULT_SKIP_VERIFY`, `DEBUG` and the variables for proxies.
 */
export function createVaultClient({ address, token, deadlineMs = usualDeadlineMs }: VaultClientOptions): VaultClient {
  const deadlines = { headersMs: deadlineMs, bodyMs: deadlineMs, totalMs: deadlineMs };
  const http = createHttpClient({ origin: address, deadlines, maxBytes });
  const client = nodeVault({
    endpoint: address,
    apiVersion: 'v1',
    noCustomHTTPVerbs: true, // a list is GET with ?list=1
    debug: () => undefined, // by default, if DEBUG is set, node-vault prints request bodies, which contain credentials
    'request-promise': { defaults: () => (options: NodeVaultRequest) => send(http, options) },
  });
  // These values are set after the client is created. If they were empty options of `nodeVault` above, node-vault would
  // replace them by environment variables.
  Object.assign(client, { token: '', namespace: '', pathPrefix: '' });
  return clientWith(client, token);
}

function clientWith(client: nodeVault.client, token: Secret | undefined): VaultClient {
  const request = async (method: VaultMethod, path: string, body?: object): Promise<any> => {
    const headers = token ? { 'x-vault-token': token.reveal() } : {};
    try {
      if (method === 'LIST') return await client.list(path, { headers });
      return await client.request({ method, path: `/${path}`, headers, json: body });
    } catch (error) {
      throw translated(`${method} ${path}`, error);
    }
  };
  return {
    request,
    read: (path) => request('GET', path),
    write: (path, body) => request('POST', path, body),
    delete: (path) => request('DELETE', path),
    withToken: (other) => clientWith(client, other),
  };
}

/** A request as node-vault passes it to its transport. */
interface NodeVaultRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  uri: string;
  headers: Record<string, string>;
  json?: object | undefined;
}

/** Sends a request of node-vault. Returns what node-vault expects: the result of the library `request-promise`. */
async function send(http: HttpClient, { method, uri, headers, json }: NodeVaultRequest) {
  const { pathname, search } = new URL(uri);
  const answer = await http.request({ method, path: pathname + search, headers, json });
  return { statusCode: answer.status, body: bodyOf(answer), request: { path: pathname } };
}

/**
 * Parses a body. A body that is not JSON comes from a proxy in front of Vault: with an error status such a body is
 * ignored, with status 200 it is an error.
 */
function bodyOf(answer: HttpAnswer): unknown {
  if (answer.bytes.length === 0) return undefined;
  const isError = answer.status !== 200;
  try {
    return answer.json();
  } catch (error) {
    if (isError) return undefined;
    throw error;
  }
}

function translated(call: string, error: unknown): Error {
  if (error instanceof HttpFailure) return vaultUnreachable(call, error.problem);
  const { response } = error as { response?: { statusCode: number; body?: { errors?: unknown } } };
  if (!response) return vaultUnreachable(call, 'node-vault did not send the request');
  const errors = response.body?.errors;
  return vaultError(call, { status: response.statusCode, errors: Array.isArray(errors) ? errors.map(String) : [] });
}
