import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AirlockError } from '../../lib/error.ts';

/** Receives the redirect of one sign-in. Listens on a free port of 127.0.0.1 (RFC 8252, section 7.3). */
export interface Loopback extends AsyncDisposable {
  /** Address of the listener, to which the provider must redirect the browser. */
  readonly redirectUri: string;
  /**
   * Waits for the browser's request with this `state`. All other requests get a 404.
   * @returns the requested address. Its query contains the provider's answer: an authorization code or an error.
   * @throws AirlockError `sign-in-timeout` if the request does not arrive within `deadlineMs`.
   */
  waitForRedirect(state: string, deadlineMs: number): Promise<URL>;
}

const path = '/callback';

/** Starts the listener. Disposing the result stops the listener. */
export async function openLoopback(): Promise<Loopback> {
  const arrived = Promise.withResolvers<URL>();
  let expectedState: string | undefined;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', redirectUri);
    const isRedirect = request.method === 'GET' && url.pathname === path;
    if (!isRedirect || expectedState === undefined || url.searchParams.get('state') !== expectedState) {
      return respond(response, 404, 'No sign-in is waiting for this request.');
    }
    respond(response, 200, 'You can close this window and go back to the terminal.');
    arrived.resolve(url);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const redirectUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  return {
    redirectUri,
    async waitForRedirect(state, deadlineMs) {
      expectedState = state;
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

function respond(response: ServerResponse, status: number, sentence: string): void {
  // The requested address can contain the authorization code. `cache-control` and `referrer-policy` keep this address
  // out of caches and out of Referer headers.
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  };
  response.writeHead(status, headers).end(`${sentence}\n`);
}

function timeout(deadlineMs: number): AirlockError {
  const minutes = deadlineMs / 60_000;
  return new AirlockError({
    code: 'sign-in-timeout',
    message: `nobody signed in within ${minutes} minutes: nothing was sent to Airlock; run the command again`,
  });
}
