import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { createHttpClient, type HttpClient, type HttpClientOptions } from '../../src/platform/http/http-client.ts';
import { HttpFailure, type HttpFailureReason } from '../../src/platform/http/http-failure.ts';

export const deadlines = { headersMs: 2_000, bodyMs: 2_000, totalMs: 5_000 };
/** A request of which `fails` knows the message. */
export const get = { method: 'GET', path: '/things?limit=1' } as const;

/** Starts a server on 127.0.0.1, or on a socket, until the end of the test. @returns its address. */
export async function listening(t: TestContext, server: Server, path?: string): Promise<string> {
  server.listen(path ?? { port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return path ? `unix://${path}` : `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function clientOf(t: TestContext, origin: string, options: Partial<HttpClientOptions> = {}): HttpClient {
  const client = createHttpClient({ origin, deadlines, maxBytes: 1_000, ...options });
  t.after(() => client[Symbol.dispose]());
  return client;
}

/** A plain server and a client of it. */
export async function plain(t: TestContext, listener: RequestListener, options: Partial<HttpClientOptions> = {}) {
  const server = createServer(listener);
  const origin = `http://${await listening(t, server)}`;
  return { server, origin, client: clientOf(t, origin, options) };
}

/** Asserts the reason, and that the message names the request and a problem. */
export async function fails(call: Promise<unknown>, reason: HttpFailureReason, problem: RegExp): Promise<HttpFailure> {
  const error = await call.then(
    () => assert.fail('it succeeded'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof HttpFailure, String(error));
  assert.equal(error.reason, reason, error.message);
  assert.match(error.problem, problem);
  assert.match(error.message, /^GET \/things\?limit=1 on (https?:\/\/[\w.]+:\d+|unix:\/\/\S+): .+; .+$/);
  return error;
}

/** A body that never ends, a byte every 50 ms. */
export function drip(response: ServerResponse): void {
  response.writeHead(200);
  const timer = setInterval(() => response.write('x'), 50);
  response.on('close', () => clearInterval(timer));
}
