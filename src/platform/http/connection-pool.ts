import { buildConnector, Pool } from 'undici';
import { omitUndefined } from '../../lib/omit-undefined.ts';

/** The connection could not be opened, so nothing was sent. Only code in this folder throws and catches this error. */
export class NotConnected extends Error {
  override readonly name = 'NotConnected';
}

interface PoolOptions {
  /** `http://`, `https://`, or `unix://` and the absolute path of a socket. */
  origin: string;
  /** PEM of the certificate authorities to trust in place of Node's own. */
  ca: string | undefined;
  /** Largest number of connections at a time. Further requests wait for a connection. */
  connections: number;
}

const unixScheme = 'unix://';

/**
 * Creates a pool of connections to one server. Requests reuse open connections. An `https://` server must have a valid
 * certificate and use TLS 1.2 or newer. No option comes from the environment: there is no proxy, and
 * `NODE_TLS_REJECT_UNAUTHORIZED` has no effect.
 */
export function createPool({ origin, ca, connections }: PoolOptions): Pool {
  const socketPath = origin.startsWith(unixScheme) ? origin.slice(unixScheme.length) : null;
  const tls = omitUndefined({ ca, rejectUnauthorized: true, minVersion: 'TLSv1.2' as const });
  const connect = buildConnector({ ...tls, allowH2: false, socketPath, timeout: 0 });
  return new Pool(socketPath === null ? origin : 'http://localhost', {
    connections,
    allowH2: false,
    useMilo: false, // without this option, an environment variable could select Milo, another HTTP parser of undici
    // 0 means no timeout. exchange.ts enforces the deadlines instead, because the pool's timeouts are precise only to
    // half a second and do not include the wait for a connection.
    headersTimeout: 0,
    bodyTimeout: 0,
    // `connect` returns the socket. The pool needs the socket to end an attempt to connect when no request waits any
    // more.
    connect: (options, done) =>
      connect(options, (...[error, socket]: [Error | null, unknown]) => {
        if (error) done(new NotConnected(problemOf(error)), null);
        else done(null, socket as never);
      }),
  });
}

/**
 * Returns the message of an error, or the error's code if there is no message. For a host with several addresses, Node
 * throws an AggregateError with one error for each address: this function returns the message of the first.
 */
export function problemOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return problemOf(error.errors[0]);
  const { message, code } = error as { message?: string; code?: string };
  return message || code || 'no reason given';
}
