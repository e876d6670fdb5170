import type { Exchange, HttpDeadlines, HttpRequest } from '../http/exchange.ts';
import { createHttpClient } from '../http/http-client.ts';
import type { Secret } from '../secret.ts';

/** The address of an API server, and the identity of the caller. */
export interface KubeAccess {
  /** `https://host:port`. */
  url: string;
  /** PEM of the certificate authority that issued the certificate of the API server. */
  ca: string;
  /** The bearer token of the identity. */
  token: Secret;
}

/** One call to a Kubernetes API server. */
export interface KubeCall {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Path and query, such as `/api/v1/pods?limit=1` or `/healthz`. */
  path: string;
  /** Value that is sent as JSON. */
  body?: unknown;
  /** The content type of the body, `application/json` by default. A PATCH needs a patch type. */
  contentType?: string;
  headers?: Record<string, string>;
}

/** The answer of an API server. */
export interface KubeAnswer {
  /** The HTTP status; may be an error status. */
  status: number;
  /** The result of `parseKubeBody`. */
  body: any;
}

/** Sends a call to one API server, with one identity. Throws only if there is no complete answer. */
export type KubeRequester = (call: KubeCall) => Promise<KubeAnswer>;

/**
 * A client of one API server, with one identity. Disposal closes all connections. Disposal is optional, because idle
 * connections do not keep the process alive.
 */
export interface KubeClient extends Disposable {
  /** @throws HttpFailure. */
  request: KubeRequester;
  /** Sends a call whose answer may never end, such as a watch. @throws HttpFailure. */
  stream(call: KubeCall): Promise<Exchange>;
}

/** Largest number of open connections of one client. */
const maxConnections = 64;
const defaultDeadlines: HttpDeadlines = { headersMs: 10_000, bodyMs: 10_000, totalMs: 20_000 };
/** Size limit of an answer, bytes. A list of all objects of one kind is far smaller. */
const maxBytes = 128 * 1024 * 1024;

/** Creates a client. */
export function createKubeClient({ url, ca, token }: KubeAccess, deadlines = defaultDeadlines): KubeClient {
  const client = createHttpClient({ origin: url, ca, connections: maxConnections, deadlines, maxBytes });
  const requestOf = ({ method, path, body, contentType = 'application/json', headers }: KubeCall): HttpRequest => {
    const fixed = { authorization: `Bearer ${token.reveal()}`, accept: 'application/json' };
    const type = body === undefined ? {} : { 'content-type': contentType };
    return { method, path, json: body, headers: { ...fixed, ...headers, ...type } };
  };
  return {
    async request(call) {
      const answer = await client.request(requestOf(call));
      return { status: answer.status, body: parseKubeBody(answer.text()) };
    },
    stream: (call) => client.stream(requestOf(call)),
    [Symbol.dispose]: () => client[Symbol.dispose](),
  };
}

/**
 * Parses the body of an answer. Some bodies are plain text, such as `ok` from `/healthz`. For a plain text, returns an
 * object whose `message` is the first 300 characters of the text.
 */
export function parseKubeBody(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text.slice(0, 300) };
  }
}
