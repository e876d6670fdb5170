import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import type { HttpRequest } from '../../platform/http/exchange.ts';
import type { HttpAnswer } from '../../platform/http/http-answer.ts';
import { createHttpClient } from '../../platform/http/http-client.ts';
import type { Secret } from '../../platform/secret.ts';

/** Address and identity for one API server. The token is only in memory. */
export interface ClusterAccess {
  /** `https://` address of the API server. */
  url: string;
  /** PEM of the certificate authority that must have signed the server's certificate. */
  ca: string;
  token: Secret;
}

/** Sends requests to one API server under one identity; `close` ends its connections. */
export interface Connection {
  /** @throws HttpFailure. */
  request(request: HttpRequest): Promise<HttpAnswer>;
  close(): void;
}

/** Concurrent requests to one API server; more wait. Keeps a snapshot from crowding out other clients. */
const connections = 8;
/** Far larger than any page of a list. A server that sends more is broken or hostile. */
const maxBytes = 128 * 1024 * 1024;

/**
 * client-node's KubeConfig supplies the identity, as headers; of everything that it can authenticate with, `ClusterAccess`
 * has only a token. Requests and TLS are the HTTP client's: client-node keeps no connection alive, has no deadlines, and
 * would let an environment variable switch the verification of certificates off.
 * @param deadlineMs longest time for one request, from the call to the last byte of the answer.
 */
export function createConnection({ url, ca, token }: ClusterAccess, deadlineMs: number): Connection {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: 'cluster', server: url, caData: Buffer.from(ca).toString('base64'), skipTLSVerify: false },
    { name: 'airlock', token: token.reveal() },
  );
  const deadlines = { headersMs: deadlineMs, bodyMs: deadlineMs, totalMs: deadlineMs };
  const client = createHttpClient({ origin: url, ca, connections, deadlines, maxBytes });
  return {
    async request(request) {
      const identity: RequestOptions = {};
      await config.applyToHTTPSOptions(identity);
      return client.request({
        ...request,
        headers: { ...(identity.headers as Record<string, string>), ...request.headers },
      });
    },
    close: () => client[Symbol.dispose](),
  };
}
