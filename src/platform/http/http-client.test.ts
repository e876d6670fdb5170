import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { clientOf, deadlines, fails, get, listening, plain } from '../../../test/http/local-server.ts';
import { selfSigned } from '../../../test/observation/self-signed.ts';
import { HttpFailure } from './http-failure.ts';

test('method, path, headers and body arrive; status, headers and body come back', async (t) => {
  const { client } = await plain(t, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      const seen = { method, url, token: headers['x-token'], length: headers['content-length'] };
      response
        .writeHead(418, { 'x-answer': 'yes' })
        .end(JSON.stringify({ ...seen, body: String(Buffer.concat(chunks)) }));
    });
  });
  const answer = await client.request({ method: 'POST', path: '/a?b=c', headers: { 'x-token': 't' }, body: 'ü' });
  assert.equal(answer.status, 418);
  assert.equal(answer.headers['x-answer'], 'yes');
  assert.deepEqual(answer.json(), { method: 'POST', url: '/a?b=c', token: 't', length: '2', body: 'ü' });
  assert.equal(answer.text().length, answer.bytes.length - 1);
});

test('sends JSON as application/json, or as the type that the headers name', async (t) => {
  const { client } = await plain(t, (request, response) => {
    response.setHeader('content-type', request.headers['content-type'] ?? 'none');
    request.pipe(response);
  });
  const patch = { 'content-type': 'application/json-patch+json' };
  const sent = [
    await client.request({ method: 'PATCH', path: '/', json: [] }),
    await client.request({ method: 'PATCH', path: '/', json: [], headers: patch }),
    await client.request({ method: 'PATCH', path: '/', body: '[]' }),
  ];
  assert.deepEqual(
    sent.map((answer) => [answer.text(), answer.headers['content-type']]),
    [
      ['[]', 'application/json'],
      ['[]', 'application/json-patch+json'],
      ['[]', 'none'],
    ],
  );
});

test('reuses connections and opens no more than allowed', async (t) => {
  const sockets = new Set<Socket>();
  const listener: RequestListener = (request, response) => {
    sockets.add(request.socket);
    setTimeout(() => response.end('ok'), 20);
  };
  const { client } = await plain(t, listener, { connections: 2 });
  const answers = await Promise.all(Array.from({ length: 6 }, () => client.request(get)));
  assert.deepEqual(
    answers.map((answer) => answer.text()),
    Array.from({ length: 6 }, () => 'ok'),
  );
  assert.equal(sockets.size, 2);
});

test('accepts TLS with the given certificate authority', async (t) => {
  const { key, cert } = selfSigned();
  const server = createTlsServer({ key, cert }, (_, response) => response.end('ok'));
  const client = clientOf(t, `https://${await listening(t, server)}/path-is-ignored`, { ca: cert });
  assert.equal((await client.request(get)).text(), 'ok');
});

test('connects to a unix socket', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'airlock-http-'));
  t.after(() => rm(folder, { recursive: true }));
  const server = createServer((request, response) => response.end(request.url));
  const client = clientOf(t, await listening(t, server, join(folder, 'http.sock')));
  assert.equal((await client.request(get)).text(), get.path);
  await fails(clientOf(t, `unix://${join(folder, 'none.sock')}`).request(get), 'unreachable', /ENOENT/);
});

test('a certificate of another authority is refused, also where the environment says otherwise', async (t) => {
  const { key, cert } = selfSigned();
  const asked: unknown[] = [];
  const server = createTlsServer({ key, cert }, (request, response) => response.end(asked.push(request.url)));
  const origin = `https://${await listening(t, server)}`;
  const name = 'NODE_TLS_REJECT_UNAUTHORIZED';
  const before = process.env[name];
  t.after(() => (before === undefined ? delete process.env[name] : (process.env[name] = before)));
  process.env[name] = '0';
  await fails(clientOf(t, origin, { ca: selfSigned().cert }).request(get), 'unreachable', /self-signed certificate/);
  await fails(clientOf(t, origin).request(get), 'unreachable', /self-signed certificate/);
  const otherName = clientOf(t, origin.replace('127.0.0.1', 'localhost'), { ca: cert });
  await fails(otherName.request(get), 'unreachable', /does not match certificate's altnames/);
  assert.deepEqual(asked, []);
});

test('TLS 1.1 is refused', async (t) => {
  const { key, cert } = selfSigned();
  const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  const server = createTlsServer({ key, cert, ...old }, (_, response) => response.end('ok'));
  const client = clientOf(t, `https://${await listening(t, server)}`, { ca: cert });
  await fails(client.request(get), 'unreachable', /protocol version|unsupported protocol/i);
});

test('connection refused', async (t) => {
  const { server, client } = await plain(t, (_, response) => response.end());
  server.close();
  const { message } = await fails(client.request(get), 'unreachable', /^connect ECONNREFUSED 127\.0\.0\.1:\d+$/);
  assert.match(message, /; check the address, and check that the server runs$/);
});

test('a redirect is an answer and is not followed', async (t) => {
  const paths: unknown[] = [];
  const { client } = await plain(t, (request, response) => {
    paths.push(request.url);
    response.writeHead(307, { location: '/elsewhere' }).end();
  });
  const { status, headers } = await client.request(get);
  assert.deepEqual([status, headers['location'], paths], [307, '/elsewhere', [get.path]]);
});

test('errors show no header, no credential of the URL, and nothing that acts on a terminal', async (t) => {
  const { server, origin } = await plain(t, (_, response) => response.end());
  server.close();
  const client = clientOf(t, origin.replace('http://', 'http://user:secret-of-the-url@'));
  const failure = await fails(
    client.request({ ...get, headers: { authorization: 'Bearer secret-token' } }),
    'unreachable',
    /ECONNREFUSED/,
  );
  assert.ok(!JSON.stringify([failure, failure.stack]).includes('secret'));
  const wrong = client.request({ ...get, headers: { authorization: 'Bearer secret\n' } });
  assert.ok(!(await fails(wrong, 'protocol', /authorization/)).message.includes('secret'));
  const shown = new HttpFailure({ ...get, origin }, 'protocol', '\u001b[2J').message;
  assert.ok(shown.includes('\\u{1b}[2J'));
});

test('proxies of the environment are ignored', async (t) => {
  const { origin } = await plain(t, (_, response) => response.end('direct'));
  const proxied: unknown[] = [];
  const proxy = createServer((request, response) => response.end(proxied.push(request.url)));
  const url = `http://${await listening(t, proxy)}`;
  const module = new URL('http-client.ts', import.meta.url).href;
  const script = `const { createHttpClient } = await import('${module}');
    const client = createHttpClient({ origin: '${origin}', deadlines: ${JSON.stringify(deadlines)}, maxBytes: 100 });
    process.stdout.write((await client.request({ method: 'GET', path: '/' })).text());`;
  const env = { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: url, HTTPS_PROXY: url, http_proxy: url, https_proxy: url };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env });
  assert.deepEqual([stdout, proxied], ['direct', []]);
});
