import { Agent, type RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import type { Secret } from '../../platform/secret.ts';

/** How one API server is reached under one identity. The token stays in memory. */
export interface ClusterAccess {
  /** `https://` address of the API server. */
  url: string;
  /** PEM of the certificate authority that its certificate must come from. */
  ca: string;
  token: Secret;
}

/** Connection and identity of every request; `close` ends the connections that are kept open. */
export interface Connection {
  /** Fresh options for one request: CA, authorization header, agent. */
  options(): Promise<RequestOptions>;
  close(): void;
}

/** Requests to one API server at a time; the others wait. Keeps a snapshot from crowding out other clients. */
const maxSockets = 8;

/**
 * Connects through client-node's KubeConfig, with an agent of our own: client-node's keeps no connection alive, and
 * verification of the certificate must not depend on an environment variable.
 */
export function createConnection({ url, ca, token }: ClusterAccess): Connection {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: 'cluster', server: url, caData: Buffer.from(ca).toString('base64'), skipTLSVerify: false },
    { name: 'airlock', token: token.reveal() },
  );
  const agent = new Agent({ keepAlive: true, maxSockets, ca, rejectUnauthorized: true, minVersion: 'TLSv1.2' });
  return {
    async options() {
      const options: RequestOptions = {};
      await config.applyToHTTPSOptions(options);
      return { ...options, agent, rejectUnauthorized: true };
    },
    close: () => agent.destroy(),
  };
}
