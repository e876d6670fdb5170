import { createPool } from './connection-pool.ts';
import { openExchange, type Exchange, type HttpDeadlines, type HttpRequest } from './exchange.ts';
import type { HttpAnswer } from './http-answer.ts';

/** The server of a client, and the limits of the client. */
export interface HttpClientOptions {
  /**
   * URL of the server, such as `https://host:443`, `http://host:80`, or `unix:///run/a.sock` for a unix socket. Path,
   * query and credentials of an HTTP URL are ignored.
   */
  origin: string;
  /** PEM of the certificate authorities to trust. By default: the authorities that Node trusts. */
  ca?: string | undefined;
  /** Largest number of open connections, 8 by default. If all are busy, a request waits. */
  connections?: number;
  /** Deadlines of each request. */
  deadlines: HttpDeadlines;
  /** Largest body that `request` accepts, bytes. */
  maxBytes: number;
}

/**
 * A client of one server. Every error of a method is an HttpFailure. Disposal closes all connections, so unfinished
 * requests fail. Disposal is optional, because idle connections do not keep the process alive.
 */
export interface HttpClient extends Disposable {
  /** Sends a request and reads the complete answer. Returns an answer with any status, even an error status. */
  request(request: HttpRequest): Promise<HttpAnswer>;
  /**
   * Sends a request whose answer may never end, such as a watch or server-sent events. Waits only for the headers. The
   * caller must read the body to its end, leave a loop over `chunks`, or abort `request.signal`. Otherwise the
   * connection stays busy.
   */
  stream(request: HttpRequest): Promise<Exchange>;
}

/**
 * Creates a client. The client always verifies the server's certificate. Redirects are not followed. Failed requests
 * are not retried. Environment variables cannot set a proxy or switch off the check of certificates.
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

/** Returns an HTTP URL without path, query and credentials, because error messages show the result. */
function originOf(url: string): string {
  return url.startsWith('unix://') ? url : new URL(url).origin;
}
