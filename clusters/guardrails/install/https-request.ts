import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { Secret } from '../../../src/platform/secret.ts';
import type { KubeAnswer, KubeCall, KubeRequest } from './kube-request.ts';

/** Where an API server is, and as whom it is called. */
export interface KubeAccess {
  /** `https://host:port`. */
  url: string;
  /** PEM of the certificate authority that must have signed for it. */
  ca: string;
  /** Bearer token. */
  token: Secret;
}

const timeoutMs = 10_000;

/** Calls an API server with a bearer token over TLS that is checked; ten seconds at most for each call. */
export function createKubeRequest({ url, ca, token }: KubeAccess): KubeRequest {
  return (call) => {
    const { hostname, port } = new URL(url);
    const headers = { authorization: `Bearer ${token.reveal()}`, accept: 'application/json', ...call.headers };
    return answerTo(call, { hostname, port, ca, headers, method: call.method, path: call.path, timeout: timeoutMs });
  };
}

function answerTo({ body, contentType, method, path }: KubeCall, options: RequestOptions): Promise<KubeAnswer> {
  return new Promise((resolve, reject) => {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers = { ...options.headers, ...(payload ? { 'content-type': contentType ?? 'application/json' } : {}) };
    const outgoing = httpsRequest({ ...options, headers }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        resolve({ status: incoming.statusCode ?? 0, body: parsed(Buffer.concat(chunks).toString('utf8')) });
      });
    });
    outgoing.on('timeout', () =>
      outgoing.destroy(new Error(`${method} ${path}: no answer in ${String(timeoutMs)} ms`)),
    );
    outgoing.on('error', reject);
    outgoing.end(payload);
  });
}

/** The API server answers in JSON but for `/readyz` and a few errors, which are plain text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text };
  }
}
