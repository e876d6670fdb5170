import { buildConnector, Pool } from 'undici';

/** Thrown inside this folder only: an attempt to connect failed, so nothing was sent. */
export class NotConnected extends Error {
  override readonly name = 'NotConnected';
}

interface PoolOptions {
  /** `http://`, `https://`, or `unix://` and the absolute path of a socket. */
  origin: string;
  /** PEM of the certificate authorities to trust in place of Node's own. */
  ca: string | undefined;
  /** Most connections at a time; further requests wait for one. */
  connections: number;
}

const unixScheme = 'unix://';

/**
 * Connections to one server, reused while they are open. TLS is always verified, 1.2 or newer. No option comes from the
 * environment: no proxy, and `NODE_TLS_REJECT_UNAUTHORIZED` has no effect.
 */
export function createPool({ origin, ca, connections }: PoolOptions): Pool {
  const socketPath = origin.startsWith(unixScheme) ? origin.slice(unixScheme.length) : null;
  const tls = { ...(ca === undefined ? {} : { ca }), rejectUnauthorized: true, minVersion: 'TLSv1.2' as const };
  const connect = buildConnector({ ...tls, allowH2: false, socketPath, timeout: 0 });
  return new Pool(socketPath === null ? origin : 'http://localhost', {
    connections,
    allowH2: false,
    useMilo: false, // the default is an environment variable
    // Deadlines are the exchange's: the pool's own are precise to half a second and do not count waiting for a connection.
    headersTimeout: 0,
    bodyTimeout: 0,
    // Returns the socket: the pool ends an attempt that no request waits for any more.
    connect: (options, done) =>
      connect(options, (...[error, socket]: [Error | null, unknown]) => {
        if (error) done(new NotConnected(problemOf(error)), null);
        else done(null, socket as never);
      }),
  });
}

/** The words of an error; a host with several addresses fails with one error for each of them and no words. */
export function problemOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return problemOf(error.errors[0]);
  const { message, code } = error as { message?: string; code?: string };
  return message || code || 'no reason given';
}
