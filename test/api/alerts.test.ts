import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { createPool } from '../../src/adapters/postgres/pool.ts';
import { omitUndefined } from '../../src/lib/omit-undefined.ts';
import { Secret } from '../../src/platform/secret.ts';
import { startApiOnDatabase } from './api-on-database.ts';
import { ahead, alert, createTestApi, tokens, webhook } from './api-under-test.ts';

const { api, database } = await startApiOnDatabase();
beforeEach(() => database.pools.owner.query('TRUNCATE inbox'));

async function rows(): Promise<number> {
  const { rows: found } = await database.pools.owner.query<{ n: number }>('SELECT count(*)::int AS n FROM inbox');
  return found[0]?.n ?? -1;
}

function send(payload: string | Buffer | object, token: string | undefined = tokens.east, to = api) {
  const body = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
  const authorization = token ? `Bearer ${token}` : undefined;
  const headers = omitUndefined<Record<string, string>>({ 'content-type': 'application/json', authorization });
  return to.inject({ method: 'POST', url: '/v1/alerts/alertmanager', headers, payload: body });
}

describe('POST /v1/alerts/alertmanager', () => {
  it('answers 202 once every alert is stored', async () => {
    const answer = await send(webhook([alert(), alert({ fingerprint: 'ff' })]));
    assert.equal(answer.statusCode, 202);
    const { trace, ...counts } = answer.json<{ trace: string }>();
    assert.deepEqual(counts, { received: 2, stored: 2 });
    assert.match(trace, /^[0-9a-f]{32}$/);
    assert.equal(await rows(), 2);
  });

  it('stores an alert once, also when it is sent fifty times at once', async () => {
    await send(webhook([alert(), alert({ fingerprint: 'ff' })]));
    const again = Array.from({ length: 50 }, () => send(webhook([alert(), alert({ fingerprint: 'ff' })])));
    for (const answer of await Promise.all(again)) {
      assert.equal(answer.statusCode, 202);
      assert.equal(answer.json<{ stored: number }>().stored, 0);
    }
    assert.equal(await rows(), 2);
  });

  it('stores a resolved alert, and one that started later, as further events', async () => {
    const later = { startsAt: '2026-11-21T13:00:00Z' };
    await send(webhook());
    const answer = await send(webhook([alert({ status: 'resolved' }), alert(later), alert()]));
    assert.equal(answer.json<{ stored: number }>().stored, 2);
  });

  it('accepts a start ten minutes ahead, for sources with a fast clock', async () => {
    const answer = await send(webhook([alert({ startsAt: ahead(600) })]));
    assert.equal(answer.json<{ stored: number }>().stored, 1);
  });

  it('gives the relay one delivery per call, in order, until it is delivered', async () => {
    const { createInbox } = await import('../../src/adapters/postgres/routing/inbox.ts');
    const inbox = createInbox(database.pools.serve);
    await send(webhook([alert(), alert({ fingerprint: 'ff' })]));
    await send(webhook([alert({ status: 'resolved' }), alert({ fingerprint: 'aa' })]));
    await send(webhook([alert({ startsAt: ahead(600) })]));
    const waiting = await inbox.waiting();
    assert.deepEqual(
      waiting.map((delivery) => delivery.alerts.length),
      [2, 2, 1],
    );
    assert.equal(waiting[0]?.group, '["airlock",{"alertname":"CrashLooping","namespace":"shop"}]');
    assert.equal(waiting[0]?.cluster, 'east');
    for (const delivery of waiting) await inbox.markRelayed(delivery);
    assert.deepEqual(await inbox.waiting(), []);
  });
});

const escape = '\u001b]0;owned\u0007';
const over = { status: 'resolved' };
const refusals: [string, string | Buffer | object, number, string][] = [
  ['malformed JSON', `{"alerts": [${escape}`, 400, 'body'],
  ['no body', '', 400, 'body'],
  ['not UTF-8', Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]), 400, 'body'],
  ['not an object', '[]', 400, 'body'],
  ['a member called __proto__', '{"version":"4","__proto__":{"alerts":[]}}', 400, 'body'],
  ['deep nesting', `${'['.repeat(200_000)}${']'.repeat(200_000)}`, 400, 'body'],
  ['another version', webhook([alert()], { version: '5' }), 400, 'version'],
  ['no alerts', webhook([]), 400, 'alerts'],
  ['alerts of another type', webhook([], { alerts: 'all' }), 400, 'alerts'],
  ['an unknown status', webhook([alert({ status: escape })]), 400, 'alerts[0].status'],
  ['a malformed start', webhook([alert(), alert({ startsAt: 'yesterday' })]), 400, 'alerts[1].startsAt'],
  ['a start far ahead', webhook([alert(), alert({ startsAt: ahead(601) })]), 400, 'alerts[1].startsAt'],
  [
    'a resolved alert with a start far ahead',
    webhook([alert({ ...over, startsAt: ahead(1e9) })]),
    400,
    'alerts[0].startsAt',
  ],
  ['a malformed fingerprint', webhook([alert({ fingerprint: '../../etc' })]), 400, 'alerts[0].fingerprint'],
  ['a label of another type', webhook([alert({}, { severity: 3 })]), 400, 'alerts[0].labels.severity'],
  ['a terminal escape in a label', webhook([alert({}, { severity: escape })]), 400, 'alerts[0].labels.severity'],
  ['a new line in a label', webhook([alert({}, { severity: 'a\nb' })]), 400, 'alerts[0].labels.severity'],
  ['a bidi override in a label', webhook([alert({}, { severity: '\u202eevil' })]), 400, 'alerts[0].labels.severity'],
  ['a lone surrogate in a label', webhook([alert({}, { severity: '\ud800' })]), 400, 'alerts[0].labels.severity'],
  ['an escape in a label name', webhook([alert({}, { [escape]: 'x' })]), 400, 'alerts[0].labels.?'],
  ['an escape in a group label', webhook([alert()], { groupLabels: { a: escape } }), 400, 'groupLabels.a'],
  ['an escape in an annotation', webhook([alert({ annotations: { a: escape } })]), 400, 'alerts[0].annotations.a'],
  ['a label that is too long', webhook([alert({}, { severity: 'x'.repeat(1025) })]), 400, 'alerts[0].labels.severity'],
  ['too many labels', webhook([alert({}, manyLabels(65))]), 400, 'alerts[0].labels'],
  ['an alert that is too large', webhook([alert({}, manyLabels(40, 'x'.repeat(1000)))]), 400, 'alerts[0]'],
  [
    'an alert of few characters and too many bytes',
    webhook([alert({}, manyLabels(8, '語'.repeat(800)))]),
    400,
    'alerts[0]',
  ],
  ['another cluster in a label', webhook([alert({}, { cluster: 'west' })]), 403, 'alerts[0].labels.cluster'],
  [
    'another cluster in the group',
    webhook([alert()], { groupLabels: { cluster: 'west' } }),
    403,
    'groupLabels.cluster',
  ],
  [
    'another cluster in the common labels',
    webhook([alert()], { commonLabels: { cluster: 'x' } }),
    403,
    'commonLabels.cluster',
  ],
];

function manyLabels(count: number, value = 'x'): object {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`l${index}`, value]));
}

describe('an invalid webhook is refused: the error names the field and quotes nothing, nothing is stored', () => {
  for (const [name, payload, status, field] of refusals) {
    it(name, async () => {
      const before = await rows();
      const answer = await send(payload);
      assert.equal(answer.statusCode, status, answer.body);
      const { message, details } = answer.json<{ message: string; details: { field: string } }>();
      assert.equal(details.field, field);
      assert.ok(message.startsWith(`${field}: `), message);
      // The answer quotes no input, neither raw nor escaped.
      assert.doesNotMatch(answer.body, /[^\x20-\x7e]|owned|evil|\\u00|west|etc/u);
      assert.equal(await rows(), before);
    });
  }

  it('refuses a body over 16 MiB', async () => {
    const answer = await send(Buffer.alloc(16 * 1024 * 1024 + 1, ' '));
    assert.equal(answer.statusCode, 413);
    assert.equal(answer.json<{ code: string }>().code, 'too-large');
  });

  it('gives the same answer to a missing, a wrong and another kind of token', async () => {
    const jwt = `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.e30.c2ln`;
    const before = await rows();
    const answers = await Promise.all(['', 'wrong', tokens.operator, jwt].map((token) => send(webhook(), token)));
    for (const answer of answers) {
      assert.equal(answer.statusCode, 401);
      assert.equal(answer.body, answers[0]?.body);
    }
    assert.equal(await rows(), before);
  });

  it('answers 503 with Retry-After, never 429, while the database is down', async () => {
    const nowhere = createPool(new Secret('postgresql://airlock_serve:x@127.0.0.1:1/airlock'));
    const broken = createTestApi(nowhere);
    const answer = await send(webhook(), tokens.east, broken);
    assert.equal(answer.statusCode, 503);
    assert.equal(answer.headers['retry-after'], '5');
    assert.equal(answer.json<{ code: string; next: string }>().next, 'retry');
    await broken.close();
    await nowhere.end();
  });

  it('counts refusals by code', async () => {
    const counting = createTestApi(database.pools.serve);
    for (const token of ['', 'wrong', tokens.operator, 'x.y.z']) await send(webhook(), token, counting);
    for (const cluster of ['west', 'north', 'x']) await send(webhook([alert({}, { cluster })]), tokens.east, counting);
    const five = Array.from({ length: 5 }, (_, index) => alert({ fingerprint: `f${index}` }));
    await send(webhook(five), tokens.east, counting);
    const headers = { authorization: `Bearer ${tokens.operator}` };
    const answer = await counting.inject({ url: '/v1/status', headers });
    const { dependencies, counters } = answer.json<{ dependencies: object; counters: Record<string, number> }>();
    assert.deepEqual(dependencies, { postgres: 'ok' });
    assert.equal(counters['refused unauthorized'], 4);
    assert.equal(counters['refused cluster-not-allowed'], 3);
    assert.equal(counters['alerts stored'], 5);
    await counting.close();
  });
});
