import nodeVault from 'node-vault';
import { createHttpClient, type HttpClient } from '../http/http-client.ts';
import type { HttpAnswer } from '../http/http-answer.ts';
import { HttpFailure } from '../http/http-failure.ts';
import type { Secret } from '../secret.ts';
import { vaultError, vaultUnreachable } from './vault-error.ts';

type VaultMethod = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'LIST';

/** Vault's API under one identity. Paths are without `/v1/`, results are Vault's JSON. */
export interface VaultRequester {
  /**
   * @throws AirlockError `vault-denied`, `vault-refused`, `vault-unavailable`, `vault-failed` or `vault-unreachable`
   * (vault-error.ts). No error contains a token, a request's body or the HTTP library's own error.
   */
  request(method: VaultMethod, path: string, body?: object): Promise<any>;
}

/** A requester with one token, or without any for the calls that need none, and its short forms. */
export interface VaultClient extends VaultRequester {
  read(path: string): Promise<any>;
  write(path: string, body: object): Promise<any>;
  delete(path: string): Promise<any>;
  /** A client with another token on the same connections. */
  withToken(token: Secret): VaultClient;
}

export interface VaultClientOptions {
  /** `https://host:port`; `http://` only on the loopback interface. */
  address: string;
  token?: Secret;
  /** Longest time from a request to its complete answer, milliseconds; 20 s unless told otherwise. */
  deadlineMs?: number;
}

/** Vault issues 5 credentials per second and mount, so under load one takes seconds. */
const usualDeadlineMs = 20_000;
/** A batch of redactions is the largest answer: about 100 bytes for each literal of a snapshot. */
const maxBytes = 32 * 1024 * 1024;

/**
 * The one client of Vault: node-vault with Airlock's own HTTP client as its transport. Nothing comes from the
 * environment: no address, token, namespace or path prefix (node-vault reads `VAULT_ADDR`, `VAULT_TOKEN`,
 * `VAULT_NAMESPACE` and `VAULT_PREFIX`), no proxy and no disabled TLS check (`VAULT_SKIP_VERIFY`). No redirect is
 * followed, and `DEBUG` prints nothing.
 */
export function createVaultClient({ address, token, deadlineMs = usualDeadlineMs }: VaultClientOptions): VaultClient {
  const deadlines = { headersMs: deadlineMs, bodyMs: deadlineMs, totalMs: deadlineMs };
  const http = createHttpClient({ origin: address, deadlines, maxBytes });
  const client = nodeVault({
    endpoint: address,
    apiVersion: 'v1',
    noCustomHTTPVerbs: true, // a list is GET with ?list=1
    debug: () => undefined, // node-vault prints request bodies, and with them credentials, where DEBUG is set
    'request-promise': { defaults: () => (options: NodeVaultRequest) => send(http, options) },
  });
  // An empty option counts as absent: node-vault then takes the environment's. Only assignment makes them empty.
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

/** A request as node-vault hands it to its transport. */
interface NodeVaultRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  uri: string;
  headers: Record<string, string>;
  json?: object | undefined;
}

/** The transport, in the form of the library `request-promise` that node-vault was written for. */
async function send(http: HttpClient, { method, uri, headers, json }: NodeVaultRequest) {
  const { pathname, search } = new URL(uri);
  const answer = await http.request({ method, path: pathname + search, headers, json });
  return { statusCode: answer.status, body: bodyOf(answer), request: { path: pathname } };
}

/** A body that is not JSON comes from something in front of Vault: only an error may have one. */
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
