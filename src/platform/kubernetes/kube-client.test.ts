import assert from 'node:assert/strict';
import { createServer } from 'node:https';
import { test } from 'node:test';
import { listening } from '../../../test/http/local-server.ts';
import { selfSigned } from '../../../test/observation/self-signed.ts';
import { Secret } from '../secret.ts';
import { createKubeClient } from './kube-client.ts';

test('each request has the token and the content type of its body, and text becomes the message', async (t) => {
  const { key, cert } = selfSigned();
  const server = createServer({ key, cert }, ({ method, headers }, response) => {
    const { authorization, accept, 'content-type': contentType, 'impersonate-user': user } = headers;
    if (method === 'DELETE') response.writeHead(503).end('not ready');
    else response.end(JSON.stringify({ authorization, accept, contentType, user }));
  });
  const url = `https://${await listening(t, server)}`;
  using client = createKubeClient({ url, ca: cert, token: new Secret('token-of-a-test') });
  const always = { authorization: 'Bearer token-of-a-test', accept: 'application/json' };

  assert.deepEqual(await client.request({ method: 'GET', path: '/api' }), { status: 200, body: always });
  const post = await client.request({ method: 'POST', path: '/api', body: {}, headers: { 'Impersonate-User': 'sam' } });
  assert.deepEqual(post.body, { ...always, contentType: 'application/json', user: 'sam' });
  const contentType = 'application/merge-patch+json';
  const patch = await client.request({ method: 'PATCH', path: '/api', body: {}, contentType });
  assert.deepEqual(patch.body, { ...always, contentType });
  const failed = await client.request({ method: 'DELETE', path: '/api' });
  assert.deepEqual(failed, { status: 503, body: { message: 'not ready' } });
});
