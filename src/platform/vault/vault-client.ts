import nodeVault from 'node-vault';
import { createHttpClient, type HttpClient } from '../http/http-client.ts';
import type { HttpAnswer } from '../http/http-answer.ts';
import { HttpFailure } from '../http/http-failure.ts';
import type { Secret } from '../secret.ts';
import { vaultError, vaultUnreachable } from './vault-error.ts';

type VaultMethod = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'LIST';

/** Sends requests to Vault. */
export interface VaultRequester {
  /**
   * Sends one request. Returns the parsed JSON of the answer, or undefined for an empty answer.
   * @param path path without `/v1/`, such as `auth/token/lookup-self`.
   * @throws AirlockError `vault-denied`, `vault-refused`, `vault-unavailable`, `vault-failed` or `vault-unreachable`.
   * No error contains a token or the body of a request.
   */
  request(method: VaultMethod, path: string, body?: object): Promise<any>;
}

/** A client that sends all requests with one token, or all without a token. */
export interface VaultClient extends VaultRequester {
  /** Sends GET. */
  read(path: string): Promise<any>;
  /** Sends POST. */
  write(path: string, body: object): Promise<any>;
  /** Sends DELETE. */
  delete(path: string): Promise<any>;
  /** Returns a client with this token. Both clients share their connections. */
  withToken(token: Secret): VaultClient;
}

/** The address of Vault, the token, and the deadline of each request. */
export interface VaultClientOptions {
  /** `https://host:port`. Use `http://` only for the loopback interface. */
  address: string;
  /** Sent with every request. By default no token is sent: a login needs none. */
  token?: Secret;
  /** Longest time until the complete answer, milliseconds. The default is 20,000. */
  deadlineMs?: number;
}

/**
 * Under load, a request for a credential can take seconds. Vault's Kubernetes engine limits its own requests to an API
 * server to about 5 per second (the default of client-go).
 */
const defaultDeadlineMs = 20_000;
/**
 * Size limit of an answer, bytes. The longest correct answer contains the HMACs of redacted texts: about 100 bytes for
 * each text.
 */
const maxBytes = 32 * 1024 * 1024;

/**
 * Creates a client of Vault. The library node-vault builds the requests. Airlock's own HTTP client sends them and
 * follows no redirects. By default node-vault reads several environment variables: `VAULT_ADDR`, `VAULT_TOKEN`,
 * `VAULT_NAMESPACE`, `VAULT_PREFIX`, `VAULT_SKIP_VERIFY`, `DEBUG` and those for proxies. Here none has an effect.
 */
export function createVaultClient({ address, token, deadlineMs = defaultDeadlineMs }: VaultClientOptions): VaultClient {
  const deadlines = { headersMs: deadlineMs, bodyMs: deadlineMs, totalMs: deadlineMs };
  const http = createHttpClient({ origin: address, deadlines, maxBytes });
  const client = nodeVault({
    endpoint: address,
    apiVersion: 'v1',
    noCustomHTTPVerbs: true, // sends a list as GET with ?list=1, not with the method LIST
    debug: () => undefined, // otherwise, if DEBUG is set, node-vault prints request bodies, which contain credentials
    'request-promise': { defaults: () => (options: NodeVaultRequest) => send(http, options) },
  });
  // Set only here, because the function `nodeVault` replaces an empty option by the value of an environment variable.
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

/** A request that node-vault wants to send. */
interface NodeVaultRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  uri: string;
  headers: Record<string, string>;
  json?: object | undefined;
}

/** Sends a request of node-vault. The result has the form of a result of `request-promise`, as node-vault expects. */
async function send(http: HttpClient, { method, uri, headers, json }: NodeVaultRequest) {
  const { pathname, search } = new URL(uri);
  const answer = await http.request({ method, path: pathname + search, headers, json });
  return { statusCode: answer.status, body: bodyOf(answer), request: { path: pathname } };
}

/**
 * Parses the body of an answer. A body that is not JSON comes from a proxy in front of Vault. With status 200, such a
 * body is an error. With any other status, such a body is ignored.
 */
function bodyOf(answer: HttpAnswer): unknown {
  if (answer.bytes.length === 0) return undefined;
  try {
    return answer.json();
  } catch (error) {
    if (answer.status === 200) throw error;
    return undefined;
  }
}

function translated(call: string, error: unknown): Error {
  if (error instanceof HttpFailure) return vaultUnreachable(call, error.problem);
  const { response } = error as { response?: { statusCode: number; body?: { errors?: unknown } } };
  if (!response) return vaultUnreachable(call, 'node-vault did not send the request');
  const errors = response.body?.errors;
  return vaultError(call, { status: response.statusCode, errors: Array.isArray(errors) ? errors.map(String) : [] });
}
