import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { test } from 'node:test';
import { clientOf, deadlines, drip, fails, get, plain } from '../../../test/http/local-server.ts';
import type { HttpFailure } from './http-failure.ts';

test('a stream has no total deadline, and leaving its loop closes the connection', async (t) => {
  const { server, client } = await plain(t, (_, response) => drip(response), {
    deadlines: { headersMs: 200, bodyMs: 10, totalMs: 200 },
    maxBytes: 1,
  });
  const closed = once(server, 'connection').then(([socket]: Socket[]) => socket && once(socket, 'close'));
  const { status, chunks } = await client.stream(get);
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > 8) break;
  }
  assert.equal(status, 200);
  await closed;
});

test('the body of a stream can be read as a whole', async (t) => {
  const { client } = await plain(t, (_, response) => response.writeHead(400).end('{"code":"bad-input"}'));
  const answer = await (await client.stream(get)).read();
  assert.deepEqual([answer.status, answer.json()], [400, { code: 'bad-input' }]);
});

test('a server that accepts connections and stays silent, before TLS too', async (t) => {
  const server = createTcpServer(() => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket.on('error', () => undefined)));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const quick = { deadlines: { ...deadlines, headersMs: 200 } };
  for (const scheme of ['http', 'https']) {
    const from = performance.now();
    const client = clientOf(t, `${scheme}://127.0.0.1:${port}`, quick);
    await fails(client.request(get), 'deadline', /^no answer within 0\.2 s$/);
    assert.ok(performance.now() - from < 1_000);
  }
});

test('slow headers', async (t) => {
  const server = createTcpServer((socket) => {
    const lines = ['HTTP/1.1 200 OK\r\n', ...Array.from({ length: 50 }, (_, index) => `x-${index}: y\r\n`)];
    const timer = setInterval(() => socket.write(lines.shift() ?? '\r\n'), 50);
    socket.on('error', () => undefined).on('close', () => clearInterval(timer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const client = clientOf(t, `http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    deadlines: { ...deadlines, headersMs: 300 },
  });
  await fails(client.request(get), 'deadline', /^no answer within 0\.3 s$/);
  await fails(client.stream(get), 'deadline', /^no answer within 0\.3 s$/);
});

test('waiting for a connection counts', async (t) => {
  const { client } = await plain(t, () => undefined, {
    connections: 1,
    deadlines: { ...deadlines, headersMs: 300 },
  });
  const from = performance.now();
  const calls = [1, 2, 3].map(() => fails(client.request(get), 'deadline', /^no answer within 0\.3 s$/));
  await Promise.all(calls);
  assert.ok(performance.now() - from < 1_000);
});

test('a body that stops', async (t) => {
  const { client } = await plain(t, (_, response) => response.writeHead(200).write('{'), {
    deadlines: { ...deadlines, bodyMs: 200 },
  });
  await fails(client.request(get), 'deadline', /^the body paused for 0\.2 s$/);
});

test('a body of a byte now and then', async (t) => {
  const { client } = await plain(t, (_, response) => drip(response), { deadlines: { ...deadlines, totalMs: 400 } });
  const from = performance.now();
  await fails(client.request(get), 'deadline', /^no complete answer within 0\.4 s$/);
  assert.ok(performance.now() - from < 1_000);
});

test('a body that is too large, with and without a length; the largest allowed is accepted', async (t) => {
  const { client } = await plain(t, (request, response) => {
    if (request.url === '/fits') return void response.end('x'.repeat(1_000));
    response.writeHead(200);
    response.write('x'.repeat(900));
    setTimeout(() => response.end('x'.repeat(101)), 20);
  });
  assert.equal((await client.request({ method: 'GET', path: '/fits' })).bytes.length, 1_000);
  const { message } = await fails(client.request(get), 'too-large', /^the body is larger than 1000 bytes$/);
  assert.ok(!message.includes('xx'));
});

test('abort: before it is sent, while it waits, in its body; the client closed', async (t) => {
  const { server, client } = await plain(t, (request, response) => {
    if (request.url === get.path) drip(response);
  });
  const gone = AbortSignal.abort();
  await fails(client.request({ ...get, signal: gone }), 'aborted', /before it was sent/);
  const soon = (): AbortSignal => AbortSignal.timeout(150);
  const silent = client.request({ method: 'GET', path: '/silent', signal: soon() });
  await assert.rejects(silent, { reason: 'aborted' });
  await fails(client.request({ ...get, signal: soon() }), 'aborted', /^the caller aborted the request$/);
  const { chunks } = await client.stream({ ...get, signal: soon() });
  await fails(drain(chunks), 'aborted', /^the caller aborted the request$/);
  const [stream, unread] = [await client.stream(get), await client.stream(get)];
  setTimeout(() => client[Symbol.dispose](), 50);
  await fails(drain(stream.chunks), 'aborted', /^the client is closed$/);
  await fails(unread.read(), 'aborted', /^the client is closed$/);
  await fails(client.request(get), 'aborted', /^the client is closed$/);
  assert.equal(await new Promise((resolve) => server.getConnections((_, count) => resolve(count))), 0);
});

async function drain(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of chunks);
}

test('a connection that is cut, an answer that is not HTTP, a body that is not JSON', async (t) => {
  const { client } = await plain(t, (request, response) => {
    if (request.url === '/cut')
      return void response.writeHead(200, { 'content-length': 9 }).write('x', () => response.destroy());
    if (request.url === '/text') return void response.end('<html>secret-of-the-body');
    request.socket.end('SSH-2.0-secret-of-the-body\r\n');
  });
  for (const path of ['/cut', '/not-http', '/text']) {
    const call = client.request({ method: 'GET', path }).then((answer) => answer.json());
    await assert.rejects(call, (error: HttpFailure) => {
      assert.ok(!JSON.stringify([error, error.stack, error.cause]).includes('secret-of-the-body'));
      return error.reason === 'protocol';
    });
  }
});
