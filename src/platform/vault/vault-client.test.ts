import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { inspect, promisify } from 'node:util';
import { selfSigned } from '../../../test/observation/self-signed.ts';
import { Secret } from '../secret.ts';
import { createVaultClient } from './vault-client.ts';

async function listening(t: TestContext, server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

/** Answers every request with what it received. */
const echo: RequestListener = (request, response) => {
  void received(request).then((body) => {
    const { method, url, headers } = request;
    const { 'x-vault-token': token, 'x-vault-namespace': namespace } = headers;
    response.end(JSON.stringify({ method, url, token, namespace, body }));
  });
};

async function received(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

async function clientOf(t: TestContext, listener: RequestListener, deadlineMs?: number) {
  const address = `http://${await listening(t, createServer(listener))}`;
  const token = new Secret('hvs.token');
  return createVaultClient(deadlineMs === undefined ? { address, token } : { address, token, deadlineMs });
}

test('sends method, path, token and JSON body', async (t) => {
  const vault = await clientOf(t, echo);
  const token = 'hvs.token';
  assert.deepEqual(await vault.read('a/b?c=d'), { method: 'GET', url: '/v1/a/b?c=d', token, body: '' });
  assert.deepEqual(await vault.write('a', { b: 1 }), { method: 'POST', url: '/v1/a', token, body: '{"b":1}' });
  assert.deepEqual(await vault.delete('a'), { method: 'DELETE', url: '/v1/a', token, body: '' });
  assert.deepEqual(await vault.request('PUT', 'a', {}), { method: 'PUT', url: '/v1/a', token, body: '{}' });
  assert.deepEqual(await vault.request('LIST', 'a'), { method: 'GET', url: '/v1/a?list=1', token, body: '' });
  const other = await vault.withToken(new Secret('hvs.other')).read('a');
  assert.equal(other.token, 'hvs.other');
});

test('gives undefined for an answer without a body', async (t) => {
  const vault = await clientOf(t, (_, response) => void response.writeHead(204).end());
  assert.equal(await vault.write('a', {}), undefined);
});

test('takes nothing from the environment, and DEBUG prints nothing', async (t) => {
  const address = `http://${await listening(t, createServer(echo))}`;
  const proxied: unknown[] = [];
  const proxy = `http://${await listening(
    t,
    createServer((request, response) => response.end(proxied.push(request.url))),
  )}`;
  const { stdout, stderr } = await inChild(`createVaultClient({ address: '${address}' }).write('a', { b: 'secret' })`, {
    HTTP_PROXY: proxy,
    HTTPS_PROXY: proxy,
    http_proxy: proxy,
    https_proxy: proxy,
    NODE_USE_ENV_PROXY: '1',
    VAULT_ADDR: proxy,
    VAULT_TOKEN: 'stolen',
    VAULT_NAMESPACE: 'other',
    VAULT_PREFIX: '/other',
    DEBUG: '*',
  });
  assert.deepEqual(JSON.parse(stdout), { method: 'POST', url: '/v1/a', body: '{"b":"secret"}' });
  assert.deepEqual([proxied, stderr], [[], '']);
});

test('checks the certificate of Vault, also with VAULT_SKIP_VERIFY', async (t) => {
  const { key, cert } = selfSigned();
  const address = `https://${await listening(t, createTlsServer({ key, cert }, echo))}`;
  const call = `createVaultClient({ address: '${address}' }).read('a').catch(({ code, message }) => [code, message])`;
  const { stdout } = await inChild(call, { VAULT_SKIP_VERIFY: '1' });
  const [code, message] = JSON.parse(stdout) as [string, string];
  assert.equal(code, 'vault-unreachable');
  assert.match(message, /^GET a: no complete answer from Vault \(.*certificate/);
});

test('does not follow a redirect with the token', async (t) => {
  const paths: unknown[] = [];
  const vault = await clientOf(t, (request, response) => {
    paths.push(request.url);
    response.writeHead(307, { location: '/v1/elsewhere' }).end();
  });
  await assert.rejects(vault.read('a'), { code: 'vault-unavailable', next: 'retry' });
  assert.deepEqual(paths, ['/v1/a']);
});

test('gives up at the deadline, also on an answer that arrives byte by byte', async (t) => {
  const vault = await clientOf(
    t,
    (_, response) => {
      response.writeHead(200).write('{');
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    },
    200,
  );
  await assert.rejects(vault.read('a'), { code: 'vault-unreachable', message: /no complete answer within 0\.2 s/ });
});

test('reports an answer that is not JSON without quoting it', async (t) => {
  const vault = await clientOf(t, (request, response) => {
    response.writeHead(request.url === '/v1/error' ? 502 : 200).end('<html>secret-of-the-proxy');
  });
  await assert.rejects(vault.read('a'), { code: 'vault-unreachable', message: /not JSON/ });
  await assert.rejects(vault.read('error'), { code: 'vault-unavailable', message: /no reason given/ });
  const error: unknown = await vault.read('a').catch((thrown: unknown) => thrown);
  assert.doesNotMatch(inspect(error, { depth: 9 }), /secret-of-the-proxy/);
});

test('no error contains the token or the request', async (t) => {
  const vault = await clientOf(t, (request, response) => {
    if (request.url === '/v1/cut') return void response.destroy();
    response.writeHead(400).end(JSON.stringify({ errors: ['no'] }));
  });
  for (const path of ['refused', 'cut']) {
    const error: unknown = await vault.write(path, { password: 'also-secret' }).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof Error);
    assert.doesNotMatch(inspect(error, { depth: 9, showHidden: true }), /hvs\.token|also-secret/);
  }
});

/** Runs one expression in a process of its own, whose environment is `env` alone, and prints its value as JSON. */
function inChild(expression: string, env: Record<string, string>) {
  const module = new URL('vault-client.ts', import.meta.url).href;
  const script = `const { createVaultClient } = await import('${module}');
    process.stdout.write(JSON.stringify(await ${expression}));`;
  return promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env });
}
