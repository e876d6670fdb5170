import { createPool } from './connection-pool.ts';
import { openExchange, type Exchange, type HttpDeadlines, type HttpRequest } from './exchange.ts';
import type { HttpAnswer } from './http-answer.ts';

/** One server, and the limits for its answers. */
export interface HttpClientOptions {
  /**
   * URL of the server: `http://`, `https://`, or `unix://` and the absolute path of a socket. Path, query and
   * credentials of an HTTP URL are ignored.
   */
  origin: string;
  /** PEM of the certificate authorities to trust in place of Node's own. */
  ca?: string | undefined;
  /**
   * Largest number of connections at a time, 8 by default. Further requests wait for a connection. The wait counts
   * towards the deadlines of a request.
   */
  connections?: number;
  deadlines: HttpDeadlines;
  /** Largest body that is accepted, bytes. */
  maxBytes: number;
}

/**
 * A client of one server. Every method throws HttpFailure and no other error. A client need not be disposed: idle
 * connections close after some seconds and do not keep the process alive. Disposing a client closes all connections at
 * once, and unfinished requests fail.
 */
export interface HttpClient extends Disposable {
  /** Sends a request and reads the complete answer. An answer with an error status is returned, not thrown. */
  request(request: HttpRequest): Promise<HttpAnswer>;
  /**
   * Sends a request whose answer may never end, such as a watch or server-sent events. The headers have a deadline, but
   * `chunks` of the result has none. The exchange keeps its connection until the caller reads the body to the end,
   * leaves the loop over `chunks`, or aborts `signal`.
   */
  stream(request: HttpRequest): Promise<Exchange>;
}

/**
 * Creates a client. Airlock sends HTTP requests only with this client. Certificates are always verified, redirects are
 * not followed, failed requests are not retried, and no option comes from the environment.
 */
export function createHttpClient({
  ca,
  connections = 8,
  deadlines,
  maxBytes,
  ...options
}: HttpClientOptions): HttpClient {
  const origin = originOf(options.origin);
  const pool = createPool({ origin, ca, connections });
  const stream = (request: HttpRequest): Promise<Exchange> =>
    openExchange({ pool, origin, deadlines, maxBytes }, request);
  return {
    stream,
    request: async (request) => (await stream(request)).read(),
    [Symbol.dispose]: () => void pool.destroy(),
  };
}

/**
 * Returns an HTTP URL without path, query and credentials, because errors show the origin. Returns a `unix://` URL
 * unchanged.
 */
function originOf(url: string): string {
  return url.startsWith('unix://') ? url : new URL(url).origin;
}
