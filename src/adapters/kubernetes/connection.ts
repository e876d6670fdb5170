import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { toBase64 } from '../../lib/base64.ts';
import type { HttpRequest } from '../../platform/http/exchange.ts';
import type { HttpAnswer } from '../../platform/http/http-answer.ts';
import { createHttpClient } from '../../platform/http/http-client.ts';
import type { Secret } from '../../platform/secret.ts';

/** What a client needs to call one API server. */
export interface ClusterAccess {
  /** `https://` address of the API server. */
  url: string;
  /** PEM of the certificate authority that must have signed the server's certificate. */
  ca: string;
  /** Bearer token of the client's identity. */
  token: Secret;
}

/** Sends requests to one API server, all with the same token. `close` ends all TCP connections. */
export interface Connection {
  /** @throws HttpFailure. */
  request(request: HttpRequest): Promise<HttpAnswer>;
  close(): void;
}

/**
 * Largest number of TCP connections of one client. A TCP connection carries one request at a time. If all are busy, a
 * request waits. Without this limit, a snapshot (a read of the whole cluster) could slow down the API server's other
 * clients.
 */
const maxTcpConnections = 8;
/** Size limit of an answer, bytes. It protects this process from a broken or hostile server. */
const maxBytes = 128 * 1024 * 1024;

/**
 * Creates a connection. `KubeConfig` of the library client-node adds the token to the headers. Airlock's HTTP client
 * sends the requests. The HTTP client of client-node is not used, for three reasons. It opens a new TCP connection for
 * each request. It has no deadlines. It does not verify certificates if `NODE_TLS_REJECT_UNAUTHORIZED` is 0.
 * @param deadlineMs longest time for one request, from the call to the last byte of the answer.
 */
export function createConnection({ url, ca, token }: ClusterAccess, deadlineMs: number): Connection {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: 'cluster', server: url, caData: toBase64(Buffer.from(ca)), skipTLSVerify: false },
    { name: 'airlock', token: token.reveal() },
  );
  const deadlines = { headersMs: deadlineMs, bodyMs: deadlineMs, totalMs: deadlineMs };
  const client = createHttpClient({ origin: url, ca, connections: maxTcpConnections, deadlines, maxBytes });
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
