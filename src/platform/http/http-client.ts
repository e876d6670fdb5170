import { createPool } from './connection-pool.ts';
import { openExchange, type Exchange, type HttpDeadlines, type HttpRequest } from './exchange.ts';
import type { HttpAnswer } from './http-answer.ts';

/** One server, and how much of its time and output is accepted. */
export interface HttpClientOptions {
  /** Its URL, of which only the origin counts: `http://`, `https://`, or `unix://` and the absolute path of a socket. */
  origin: string;
  /** PEM of the certificate authorities to trust in place of Node's own. */
  ca?: string | undefined;
  /** Most connections at a time, 8 unless told otherwise; further requests wait for one, within their deadline. */
  connections?: number;
  deadlines: HttpDeadlines;
  /** Largest body that is accepted, bytes. */
  maxBytes: number;
}

/**
 * A client of one server. Every method throws HttpFailure and no other error. Idle connections close after seconds and
 * do not keep the process alive, so that a client need not be closed; disposing it closes all connections at once, and
 * requests under way fail.
 */
export interface HttpClient extends Disposable {
  /** Sends a request and reads the whole answer, whatever its status. */
  request(request: HttpRequest): Promise<HttpAnswer>;
  /**
   * Sends a request whose answer may go on for ever, such as a watch or server-sent events: only its headers have a
   * deadline. Read the body to its end, leave the loop over it, or abort `signal`: until then it holds a connection.
   */
  stream(request: HttpRequest): Promise<Exchange>;
}

/**
 * The one way in which Airlock sends HTTP requests. TLS is always verified, redirects are not followed, nothing is tried
 * again and no option comes from the environment.
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

/** Without path, query and credentials, so that no error shows them. */
function originOf(url: string): string {
  return url.startsWith('unix://') ? url : new URL(url).origin;
}
