import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An API that answers each path with the given text, and any other path with 404. */
export async function startFakeApi(answers: Record<string, string>): Promise<AsyncDisposable & { url: string }> {
  const server = createServer((request, response) => {
    const answer = answers[new URL(request.url ?? '', 'http://localhost').pathname];
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(answer ?? '{"code":"not-found","message":"no such path","next":"stop"}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
