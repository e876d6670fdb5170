import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { createPool } from '../../src/adapters/postgres/pool.ts';
import { Secret } from '../../src/platform/secret.ts';
import { createTestApi, tokens } from './api-under-test.ts';

// No database listens there: these requests do not reach one.
const pool = createPool(new Secret('postgres://127.0.0.1:1/airlock'));
const api = createTestApi(pool);
let url: string;

before(async () => {
  url = await api.listen({ host: '127.0.0.1', port: 0 });
});

after(async () => {
  await api.close();
  await pool.end();
});

function get(path: string) {
  return api.inject({ url: path, headers: { authorization: `Bearer ${tokens.operator}` } });
}

describe('a request is refused before its route is found', () => {
  async function refusals(): Promise<number> {
    const { counters } = (await get('/v1/status')).json<{ counters: Record<string, number> }>();
    return counters['refused bad-input'] ?? 0;
  }

  const addresses: [string, string][] = [
    ['an address that cannot be decoded', '/v1/incidents/quoted%ff'],
    ['an address with a part that is too long', `/v1/incidents/${'quoted'.repeat(100)}`],
  ];
  for (const [name, path] of addresses) {
    it(`for ${name}`, async () => {
      const before = await refusals();
      const response = await get(path);
      assert.equal(response.statusCode, 400);
      assert.match(String(response.headers['content-type']), /^application\/json/);
      const { code, next, details } = response.json<{ code: string; next: string; details: object }>();
      assert.deepEqual({ code, next, details }, { code: 'bad-input', next: 'stop', details: { field: 'request' } });
      assert.doesNotMatch(response.body, /quoted|FST_/);
      assert.equal(await refusals(), before + 1, 'counted once');
    });
  }

  const wire: [string, string, number][] = [
    ['bytes that are not HTTP', 'quoted\u001b\r\n\r\n', 400],
    ['headers that are too large', `GET / HTTP/1.1\r\nx: ${'quoted'.repeat(10_000)}\r\n\r\n`, 431],
  ];
  for (const [name, bytes, status] of wire) {
    it(`for ${name}`, async () => {
      const before = await refusals();
      const socket = connect(Number(new URL(url).port), '127.0.0.1').setEncoding('utf8');
      let answered = '';
      socket.on('data', (chunk: string) => (answered += chunk));
      socket.write(bytes);
      await once(socket, 'close', { signal: AbortSignal.timeout(10_000) });
      const [head = '', body = ''] = answered.split('\r\n\r\n');
      assert.ok(head.startsWith(`HTTP/1.1 ${status} `), head);
      assert.equal(JSON.parse(body).code, 'bad-input');
      assert.doesNotMatch(answered, /quoted/);
      assert.equal(await refusals(), before + 1, 'counted once');
    });
  }
});
