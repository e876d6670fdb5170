import type { HttpAnswer } from './http-answer.ts';
import { createHttpClient } from './http-client.ts';

interface HttpGet {
  /** URL of the server, as in `HttpClientOptions`. */
  origin: string;
  /** Path and query, beginning with `/`. */
  path: string;
  /** PEM of the certificate authorities to trust in place of Node's own. */
  ca?: string | undefined;
  headers?: Record<string, string>;
  /** Longest time until the answer is complete. */
  deadlineMs: number;
}

/** Largest accepted body of an answer, bytes. */
const maxBytes = 1024 * 1024;

/**
 * Sends one GET on a new connection. Use it for a server that is still starting, or for a single request.
 * @throws HttpFailure.
 */
export async function httpGet({ origin, path, ca, headers = {}, deadlineMs }: HttpGet): Promise<HttpAnswer> {
  const deadlines = { headersMs: deadlineMs, bodyMs: deadlineMs, totalMs: deadlineMs };
  using client = createHttpClient({ origin, ca, connections: 1, deadlines, maxBytes });
  return await client.request({ method: 'GET', path, headers });
}
