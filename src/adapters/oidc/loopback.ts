import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AirlockError } from '../../lib/error.ts';

/** Where the browser comes back to after a sign-in: this machine alone, a port nobody chose (RFC 8252, section 7.3). */
export interface Loopback extends AsyncDisposable {
  readonly redirectUri: string;
  /**
   * The address that the browser came back to with this `state`; calls without it are turned away.
   * @throws AirlockError `sign-in-timeout` when nobody came before the deadline.
   */
  answer(state: string, deadlineMs: number): Promise<URL>;
}

const path = '/callback';

/** Opens the listener; disposing closes it. */
export async function openLoopback(): Promise<Loopback> {
  const arrived = Promise.withResolvers<URL>();
  let expected: string | undefined;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', redirectUri);
    const mine = request.method === 'GET' && url.pathname === path && expected !== undefined;
    if (!mine || url.searchParams.get('state') !== expected) return say(response, 404, 'Nothing is waiting for this.');
    say(response, 200, 'You can close this window and go back to the terminal.');
    arrived.resolve(url);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const redirectUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  return {
    redirectUri,
    async answer(state, deadlineMs) {
      expected = state;
      const timer = setTimeout(() => arrived.reject(timeout(deadlineMs)), deadlineMs);
      return arrived.promise.finally(() => clearTimeout(timer));
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function say(response: ServerResponse, status: number, sentence: string): void {
  // The address holds the code: it must not be sent on, nor kept.
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  };
  response.writeHead(status, headers).end(`${sentence}\n`);
}

function timeout(deadlineMs: number): AirlockError {
  const message = `nobody signed in within ${deadlineMs / 60_000} minutes: run the command again, nothing was decided`;
  return new AirlockError({ code: 'sign-in-timeout', message, next: 'ask' });
}
