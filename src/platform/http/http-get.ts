import type { HttpAnswer } from './http-answer.ts';
import { createHttpClient } from './http-client.ts';

interface HttpGetOptions {
  /** URL of the server, such as `https://host:443`, `http://host:80`, or `unix:///run/a.sock` for a unix socket. */
  origin: string;
  /** Path and query, beginning with `/`. */
  path: string;
  /** PEM of the certificate authorities to trust. By default: the authorities that Node trusts. */
  ca?: string | undefined;
  headers?: Record<string, string>;
  /** Longest time until the answer is complete, milliseconds. */
  deadlineMs: number;
}

/** Largest accepted body of the answer, bytes. */
const maxBytes = 1024 * 1024;

/** Sends one GET request on a new connection, then closes the connection. @throws HttpFailure. */
export async function httpGet({ origin, path, ca, headers = {}, deadlineMs }: HttpGetOptions): Promise<HttpAnswer> {
  const deadlines = { headersMs: deadlineMs, bodyMs: deadlineMs, totalMs: deadlineMs };
  using client = createHttpClient({ origin, ca, connections: 1, deadlines, maxBytes });
  return await client.request({ method: 'GET', path, headers });
}
