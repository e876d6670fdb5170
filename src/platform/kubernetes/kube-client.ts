import type { Exchange, HttpDeadlines, HttpRequest } from '../http/exchange.ts';
import { createHttpClient } from '../http/http-client.ts';
import type { Secret } from '../secret.ts';

/** How to reach an API server, and under which identity. */
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
  /** Path and query. The path begins with `/api`, except for paths such as `/healthz`. */
  path: string;
  /** Sent as JSON. */
  body?: unknown;
  /** The content type of the body, `application/json` by default. A PATCH needs another content type. */
  contentType?: string;
  headers?: Record<string, string>;
}

/** The API server's response, whatever its status is. `body` is the result of `parseKubeBody`. */
export interface KubeAnswer {
  status: number;
  body: any;
}

/** Calls one API server with one identity. Throws only if there is no complete response. */
export type KubeRequest = (call: KubeCall) => Promise<KubeAnswer>;

/**
 * A client of one API server, with one identity. Disposing a client ends its connections, but a client need not be
 * disposed.
 */
export interface KubeClient extends Disposable {
  /** @throws HttpFailure. */
  request: KubeRequest;
  /** Sends a call whose response may never end, such as a watch. @throws HttpFailure. */
  stream(call: KubeCall): Promise<Exchange>;
}

const connections = 64;
const defaultDeadlines: HttpDeadlines = { headersMs: 10_000, bodyMs: 10_000, totalMs: 20_000 };
/** Size limit of a response, bytes. A list of all objects of one kind is far smaller. */
const maxBytes = 128 * 1024 * 1024;

/**
 * Creates a client that calls an API server with a bearer token, over TLS with a verified certificate. The token is not
 * written to a file. By default a response must begin within 10 s and be complete within 20 s.
 */
export function createKubeClient({ url, ca, token }: KubeAccess, deadlines = defaultDeadlines): KubeClient {
  const client = createHttpClient({ origin: url, ca, connections, deadlines, maxBytes });
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
 * Parses a response. Some responses, such as the one of `/healthz`, are plain text. The first 300 characters of such a
 * text become the `message` of the result.
 */
export function parseKubeBody(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text.slice(0, 300) };
  }
}
