import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AirlockError } from '../../lib/error.ts';

/**
 * An HTTP listener for the redirect of a sign-in. It listens on 127.0.0.1 only, at a free port (RFC 8252, section 7.3).
 */
export interface Loopback extends AsyncDisposable {
  readonly redirectUri: string;
  /**
   * Waits for the browser's request with this `state`. All other requests get a 404. Returns the requested address,
   * which contains the provider's answer: an authorization code or an error.
   * @throws AirlockError `sign-in-timeout` if the request does not arrive before the deadline.
   */
  waitForRedirect(state: string, deadlineMs: number): Promise<URL>;
}

const path = '/callback';

/** Starts the listener. Disposing the result closes the listener. */
export async function openLoopback(): Promise<Loopback> {
  const arrived = Promise.withResolvers<URL>();
  let expectedState: string | undefined;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', redirectUri);
    const isCallback = request.method === 'GET' && url.pathname === path && expectedState !== undefined;
    if (!isCallback || url.searchParams.get('state') !== expectedState) {
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
  // The address contains the authorization code. No Referer header may pass the code on, and no cache may keep it.
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  };
  response.writeHead(status, headers).end(`${sentence}\n`);
}

function timeout(deadlineMs: number): AirlockError {
  const message = `nobody signed in within ${deadlineMs / 60_000} minutes: nothing was sent to Airlock; run the command again`;
  return new AirlockError({ code: 'sign-in-timeout', message });
}
