import { buildConnector, Pool } from 'undici';
import { omitUndefined } from '../../lib/omit-undefined.ts';

/** A connection could not be opened, so no request was sent. */
export class NotConnected extends Error {
  override readonly name = 'NotConnected';
}

interface PoolOptions {
  /** For example `https://host:443`, `http://host:80`, or `unix:///run/a.sock` for a unix socket. */
  origin: string;
  /** PEM of the certificate authorities to trust. If undefined: the authorities that Node trusts. */
  ca: string | undefined;
  /** Largest number of open connections. If all are busy, a request waits. */
  connections: number;
}

const unixScheme = 'unix://';

/**
 * Creates a pool of connections to one server. Requests reuse open connections. An `https://` server must have a valid
 * certificate and use TLS 1.2 or newer. `NODE_TLS_REJECT_UNAUTHORIZED` does not switch off the check of certificates.
 * Environment variables for proxies have no effect.
 */
export function createPool({ origin, ca, connections }: PoolOptions): Pool {
  const socketPath = origin.startsWith(unixScheme) ? origin.slice(unixScheme.length) : null;
  const tls = omitUndefined({ ca, rejectUnauthorized: true, minVersion: 'TLSv1.2' as const });
  const openSocket = buildConnector({ ...tls, allowH2: false, socketPath, timeout: 0 });
  const url = socketPath === null ? origin : 'http://localhost'; // for a unix socket: only sets the Host header
  return new Pool(url, {
    connections,
    allowH2: false,
    useMilo: false, // otherwise UNDICI_USE_MILO=1 would select an experimental HTTP parser of undici
    // 0 means no timeout. exchange.ts enforces the deadlines. The timeouts of undici are precise only to half a second.
    // They do not include the wait for a connection.
    headersTimeout: 0,
    bodyTimeout: 0,
    // The result is the socket. undici destroys this socket if no request waits for the connection any more.
    connect: (options, done) =>
      openSocket(options, (...[error, socket]: [Error | null, unknown]) => {
        if (error) done(new NotConnected(problemOf(error)), null);
        else done(null, socket as never);
      }),
  });
}

/**
 * Returns the message of an error, or the error's code if the message is empty. If no address of a host can be reached,
 * Node throws an AggregateError with one error for each address. Only the first of these errors is described.
 */
export function problemOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return problemOf(error.errors[0]);
  const { message, code } = error as { message?: string; code?: string };
  return message || code || 'no reason given';
}
