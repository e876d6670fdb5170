import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { toBase64 } from '../../lib/base64.ts';
import type { HttpRequest } from '../../platform/http/exchange.ts';
import type { HttpAnswer } from '../../platform/http/http-answer.ts';
import { createHttpClient } from '../../platform/http/http-client.ts';
import type { Secret } from '../../platform/secret.ts';

/** Address of one API server, and the credential for it. The token stays in memory and is in no file. */
export interface ClusterAccess {
  /** `https://` address of the API server. */
  url: string;
  /** PEM of the certificate authority that must have signed the server's certificate. */
  ca: string;
  token: Secret;
}

/** Sends requests to one API server under one identity. `close` ends the TCP connections. */
export interface Connection {
  /** @throws HttpFailure. */
  request(request: HttpRequest): Promise<HttpAnswer>;
  close(): void;
}

/**
 * Largest number of concurrent requests to one API server; further requests wait. Without this limit, a snapshot (a
 * read of the whole cluster) could slow down the server's other clients.
 */
const connections = 8;
/** Size limit of an answer, bytes. A page of a list is far smaller. A server that sends more is broken or hostile. */
const maxBytes = 128 * 1024 * 1024;

/**
 * Creates a connection. `KubeConfig` of the library client-node adds the token to the headers. Airlock's own HTTP
 * client sends the requests, because client-node's own HTTP client keeps no connection alive, has no deadlines, and
 * lets an environment variable disable the verification of certificates.
 * @param deadlineMs longest time for one request, from the call to the last byte of the answer.
 */
export function createConnection({ url, ca, token }: ClusterAccess, deadlineMs: number): Connection {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: 'cluster', server: url, caData: toBase64(Buffer.from(ca)), skipTLSVerify: false },
    { name: 'airlock', token: token.reveal() },
  );
  const deadlines = { headersMs: deadlineMs, bodyMs: deadlineMs, totalMs: deadlineMs };
  const client = createHttpClient({ origin: url, ca, connections, deadlines, maxBytes });
  return {
    async request(request) {
      const withToken: RequestOptions = {};
      await config.applyToHTTPSOptions(withToken);
      return client.request({
        ...request,
        headers: { ...(withToken.headers as Record<string, string>), ...request.headers },
      });
    },
    close: () => client[Symbol.dispose](),
  };
}
