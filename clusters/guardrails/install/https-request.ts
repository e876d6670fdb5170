import { createHttpClient } from '../../../src/platform/http/http-client.ts';
import type { Secret } from '../../../src/platform/secret.ts';
import type { KubeRequest } from './kube-request.ts';

/** How to reach an API server, and under which identity. */
export interface KubeAccess {
  /** `https://host:port`. */
  url: string;
  /** PEM of the certificate authority that must have issued its certificate. */
  ca: string;
  /** Bearer token. */
  token: Secret;
}

const deadlines = { headersMs: 10_000, bodyMs: 10_000, totalMs: 20_000 };
const connections = 64;
/** Far more than the largest list that the set-up reads. */
const maxBytes = 128 * 1024 * 1024;

/**
 * Calls an API server with a bearer token over verified TLS. The answer begins within 10 s and is whole within 20 s.
 * Throws HttpFailure.
 */
export function createKubeRequest({ url, ca, token }: KubeAccess): KubeRequest {
  const client = createHttpClient({ origin: url, ca, connections, deadlines, maxBytes });
  return async ({ method, path, body, contentType = 'application/json', headers }) => {
    const fixed = { authorization: `Bearer ${token.reveal()}`, accept: 'application/json' };
    const type = body === undefined ? {} : { 'content-type': contentType };
    const answer = await client.request({ method, path, json: body, headers: { ...fixed, ...headers, ...type } });
    return { status: answer.status, body: parsed(answer.text()) };
  };
}

/** The API server answers in JSON, except for `/readyz` and a few errors, which are plain text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text };
  }
}
