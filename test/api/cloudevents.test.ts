import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { startApiOnDatabase } from './api-on-database.ts';
import { ahead, tokens } from './api-under-test.ts';

const { api, database } = await startApiOnDatabase();
beforeEach(() => database.pools.owner.query('TRUNCATE inbox'));

const structured = 'application/cloudevents+json; charset=UTF-8';
const labels = { alertname: 'CrashLooping', namespace: 'shop', deployment: 'web' };
const data = { status: 'firing', labels, startsAt: '2026-11-21T12:00:00Z' };
const attributes = { specversion: '1.0', id: 'e-1', source: '/monitoring/east', type: 'dev.airlock.alert.v1' };
const event = (change: object = {}) => ({ ...attributes, subject: 'shop/web', data, ...change });

type Headers = Record<string, string>;
const inHeaders: Headers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value]));

function send(payload: string | Buffer | object, headers: Headers = { 'content-type': structured }) {
  const body = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
  const all = { authorization: `Bearer ${tokens.east}`, ...headers };
  return api.inject({ method: 'POST', url: '/v1/alerts/cloudevents', headers: all, payload: body });
}

const binary = (change: Headers = {}, type = 'application/json') => ({ 'content-type': type, ...inHeaders, ...change });

async function stored(): Promise<{ alert_group: string; alert: { fingerprint: string } }[]> {
  const { rows } = await database.pools.owner.query('SELECT alert_group, alert FROM inbox ORDER BY seq');
  return rows.map((row) => ({ ...row, alert: JSON.parse(row.alert) }));
}

describe('POST /v1/alerts/cloudevents', () => {
  it('answers 202 in structured mode once stored, with source and subject as the group', async () => {
    const answer = await send(event());
    assert.equal(answer.statusCode, 202, answer.body);
    const { trace: _trace, ...counts } = answer.json<{ trace: string }>();
    assert.deepEqual(counts, { received: 1, stored: 1 });
    const [row] = await stored();
    assert.equal(row?.alert_group, '["cloudevents","/monitoring/east","shop/web"]');
    assert.deepEqual(row?.alert, {
      cluster: 'east',
      ...data,
      annotations: {},
      fingerprint: row?.alert.fingerprint,
    });
    assert.match(row?.alert.fingerprint ?? '', /^[0-9a-f]{16}$/);
  });

  it('stores the same alert once, in each mode, in each encoding and under another event id', async () => {
    await send(event());
    const { data: _, ...rest } = event();
    const encoded = { ...rest, data_base64: Buffer.from(JSON.stringify(data)).toString('base64') };
    const answers = [
      await send(event()),
      await send(
        event({ id: 'e-2', time: '2026-11-21t12:00:00z', dataschema: 'https://example.com/v1', traceparent: null }),
      ),
      await send(event({ datacontenttype: 'application/json; charset=utf-8', sequence: 7, sampled: true })),
      await send(encoded),
      await send(data, binary({ 'ce-subject': 'shop/web' })),
      await send(
        data,
        binary({ 'ce-subject': 'shop%2fweb', 'ce-source': '"/monitoring/east"', 'ce-extra': '%E2%82%AC' }),
      ),
      await send(data, binary({ 'ce-subject': '"shop\\/web"' }, 'Application/JSON; charset="utf-8"')),
    ];
    for (const answer of answers) {
      assert.equal(answer.statusCode, 202, answer.body);
      assert.equal(answer.json<{ stored: number }>().stored, 0);
    }
    assert.equal((await stored()).length, 1);
  });

  it('gives a resolved alert the same fingerprint, and uses the labels as the group without a subject', async () => {
    await send(event());
    await send(event({ id: 'e-3', data: { ...data, status: 'resolved' } }));
    const [firing, resolved] = await stored();
    assert.equal(resolved?.alert.fingerprint, firing?.alert.fingerprint);
    assert.equal((await send(event({ id: 'e-4', subject: undefined }))).json<{ stored: number }>().stored, 1);
    const [, , third] = await stored();
    assert.deepEqual(JSON.parse(third?.alert_group ?? ''), ['cloudevents', '/monitoring/east', labels]);
  });
});

const escape = '\u001b]0;owned\u0007';
type Refusal = [string, string | Buffer | object, Headers, number, string];
const inBody: [string, string | Buffer | object, number, string][] = [
  ['malformed JSON', `{"id": [${escape}`, 400, 'body'],
  ['not an object', '[]', 400, 'body'],
  ['not UTF-8', Buffer.from([0x22, 0xc3, 0x28, 0x22]), 400, 'body'],
  ['another version', event({ specversion: '0.3' }), 400, 'specversion'],
  ['no version', event({ specversion: undefined }), 400, 'specversion'],
  ['no id', event({ id: null }), 400, 'id'],
  ['an empty id', event({ id: '' }), 400, 'id'],
  ['an id of another type', event({ id: { a: 1 } }), 400, 'id'],
  ['an empty source', event({ source: '' }), 400, 'source'],
  ['a source that is not a URI-reference', event({ source: 'not a uri' }), 400, 'source'],
  ['a source with half a percent-encoding', event({ source: '/a%2' }), 400, 'source'],
  ['a control character in the subject', event({ subject: escape }), 400, 'subject'],
  ['a lone surrogate in the subject', event({ subject: '\ud800' }), 400, 'subject'],
  ['a non-character in an extension', event({ extra: '\ufffe' }), 400, 'extra'],
  ['an extension that is an object', event({ extra: {} }), 400, 'extra'],
  ['an extension over 32 bits', event({ extra: 2 ** 31 }), 400, 'extra'],
  ['an attribute in upper case', event({ Extra: 'x' }), 400, 'event'],
  ['a member called __proto__', '{"specversion":"1.0","__proto__":{}}', 400, 'body'],
  ['a malformed time', event({ time: 'yesterday' }), 400, 'time'],
  ['a schema that is not an absolute URI', event({ dataschema: '/v1' }), 400, 'dataschema'],
  ['a malformed media type', event({ datacontenttype: 'json' }), 400, 'datacontenttype'],
  ['data that is not JSON', event({ datacontenttype: 'text/xml', data: '<a/>' }), 415, 'datacontenttype'],
  ['data in both forms', event({ data_base64: 'e30=' }), 400, 'data_base64'],
  ['data that is not base64', event({ data: undefined, data_base64: 'e30' }), 400, 'data_base64'],
  ['base64 of data that is not JSON', event({ data: undefined, data_base64: 'e3s=' }), 400, 'body'],
  ['no data', event({ data: undefined }), 400, 'data'],
  ['another type of event', event({ type: 'com.example.evil' }), 400, 'type'],
  ['an unknown status', event({ data: { ...data, status: 'gone' } }), 400, 'data.status'],
  ['a start far ahead', event({ data: { ...data, startsAt: ahead(601) } }), 400, 'data.startsAt'],
  ['no start', event({ data: { ...data, startsAt: undefined } }), 400, 'data.startsAt'],
  ['an escape in a label', event({ data: { ...data, labels: { a: escape } } }), 400, 'data.labels.a'],
  ['an unknown member', event({ data: { ...data, silence: true } }), 400, 'data'],
  ['another cluster', event({ data: { ...data, labels: { cluster: 'west' } } }), 403, 'data.labels.cluster'],
];
const refusals: Refusal[] = [
  ...inBody.map(([name, body, status, field]): Refusal => [name, body, { 'content-type': structured }, status, field]),
  ['a batch', [event()], { 'content-type': 'application/cloudevents-batch+json' }, 415, 'content-type'],
  ['another event format', event(), { 'content-type': 'application/cloudevents+avro' }, 415, 'content-type'],
  ['no media type', event(), {}, 415, 'content-type'],
  ['another charset', event(), { 'content-type': 'application/cloudevents+json; charset=latin1' }, 415, 'content-type'],
  ['binary: another media type', data, binary({}, 'text/plain'), 415, 'content-type'],
  ['binary: no attributes', data, { 'content-type': 'application/json' }, 400, 'specversion'],
  [
    'binary: the media type twice',
    data,
    binary({ 'ce-datacontenttype': 'application/json' }),
    400,
    'ce-datacontenttype',
  ],
  ['binary: a space that is not encoded', data, binary({ 'ce-subject': 'shop web' }), 400, 'ce-subject'],
  ['binary: beyond ASCII and not encoded', data, binary({ 'ce-subject': 'caf\u00e9' }), 400, 'ce-subject'],
  ['binary: an overlong encoding', data, binary({ 'ce-subject': '%C0%A0' }), 400, 'ce-subject'],
  ['binary: half an encoding', data, binary({ 'ce-subject': '%E2%8' }), 400, 'ce-subject'],
  ['binary: an encoded escape', data, binary({ 'ce-subject': '%1bowned' }), 400, 'subject'],
  ['binary: a quoted string without its end', data, binary({ 'ce-subject': '"shop' }), 400, 'ce-subject'],
  ['binary: another type of event', data, binary({ 'ce-type': 'com.example.evil' }), 400, 'type'],
];

describe('an invalid event is refused: the error names the field and quotes nothing, nothing is stored', () => {
  for (const [name, payload, headers, status, field] of refusals) {
    it(name, async () => {
      const before = (await stored()).length;
      const answer = await send(payload, headers);
      assert.equal(answer.statusCode, status, answer.body);
      const { message, details } = answer.json<{ message: string; details: { field: string } }>();
      assert.equal(details.field, field, message);
      assert.doesNotMatch(answer.body, /[^\x20-\x7e]|owned|evil|\\u00|west|latin1/u);
      assert.equal((await stored()).length, before);
    });
  }

  it('refuses a repeated header', async () => {
    const url = await api.listen({ host: '127.0.0.1', port: 0 });
    const headers = new Headers({ authorization: `Bearer ${tokens.east}`, ...binary() });
    headers.append('ce-id', 'e-2');
    const answer = await fetch(`${url}/v1/alerts/cloudevents`, { method: 'POST', headers, body: JSON.stringify(data) });
    assert.equal(answer.status, 400);
    assert.match(await answer.text(), /ce-id/);
  });

  it('gives the same answer to every token that is not a source’s', async () => {
    const answers = await Promise.all(
      ['wrong', tokens.operator].map((token) =>
        send(event(), { 'content-type': structured, authorization: `Bearer ${token}` }),
      ),
    );
    for (const answer of answers) assert.deepEqual([answer.statusCode, answer.body], [401, answers[0]?.body]);
  });
});
