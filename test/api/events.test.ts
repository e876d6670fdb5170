import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { createJournalReader } from '../../src/adapters/postgres/journal/journal.ts';
import type { StreamEvent } from '../../src/cli/api/event-stream.ts';
import type { JournalRecord } from '../../src/domain/journal/journal.ts';
import type { ProcessName } from '../../src/domain/names.ts';
import { omitUndefined } from '../../src/lib/omit-undefined.ts';
import { waitFor } from '../../src/platform/wait-for.ts';
import { startDatabase, type Database } from '../execution/database.ts';
import { openStream, type StreamReader } from './stream-reader.ts';
import { createTestApi, tokens } from './api-under-test.ts';
import { journalOf } from '../journal/journal-of.ts';

const everyone: ProcessName[] = ['serve', 'reason', 'observe', 'gateway'];
const ids = ['inc-0000000000000001', 'inc-0000000000000002'] as const;
const limits = { streams: 6, heartbeatSeconds: 0.5, stallSeconds: 1.5 };
let database: Database;
let api: ReturnType<typeof createTestApi>;
let url: string;

before(async () => {
  database = await startDatabase();
  await start();
  const { serve } = database.pools;
  for (const incident of ids) {
    const body = { name: 'n', cluster: 'east', startsAt: 'then', workflow: 'wf' };
    await journalOf(serve).append({ kind: 'incident.opened', incident, trace: 'a'.repeat(32), message: 'f', body });
  }
});
after(async () => {
  await api.close();
  await database[Symbol.asyncDispose]();
});

async function start(port = 0): Promise<void> {
  api = createTestApi(database.pools.serve, undefined, undefined, { streamLimits: limits });
  url = await api.listen({ host: '127.0.0.1', port });
}

function append(role: ProcessName, incident: string = ids[0], body = {}): Promise<void> {
  const entry = {
    kind: 'evidence.collected',
    incident,
    trace: 'a'.repeat(32),
    message: `by ${role}\nid: 9`,
    body,
  } as const;
  return journalOf(database.pools[role]).append(entry);
}

/** Four processes append at once, `each` times. */
async function appendAll(each: number): Promise<void> {
  await Promise.all(
    everyone.map(async (role, index) => {
      for (let n = 0; n < each; n += 1) await append(role, ids[index % 2]);
    }),
  );
}

const lastSeq = (): Promise<number> => createJournalReader(database.pools.serve).last();
const seqs = (events: StreamEvent[]): number[] => events.filter(({ data }) => data).map(({ id }) => Number(id));
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, n) => from + 1 + n);

/** Waits until the API has that many connections. */
async function connections(count: number): Promise<void> {
  await waitFor({ what: `${count} connection(s) of the API`, every: 20, within: 10_000 }, async () => {
    const open = await promisify(api.server.getConnections.bind(api.server))();
    return open === count;
  });
}

/** Opens a stream as soon as the API has noticed that another one has ended. */
function openWhenFree(): Promise<StreamReader> {
  return waitFor({ what: 'a free stream', every: 20, within: 10_000 }, async () => {
    const reader = await openStream(url);
    if (reader.response.statusCode === 200) return reader;
    reader.cut();
    return undefined;
  });
}

describe('GET /v1/events', () => {
  it('sends one event per record, with its id, its kind and the record', async () => {
    const reader = await openStream(url, '?after=0');
    assert.match(reader.response.headers['content-type'] ?? '', /^text\/event-stream/);
    const [opening, first] = await reader.until(({ data }) => data !== '');
    reader.cut();
    assert.deepEqual(opening, { id: '0', data: '' }, 'a reader can resume before its first event');
    const [stored] = await createJournalReader(database.pools.serve).readAfter(0, 1);
    assert.deepEqual(first, { id: '1', data: JSON.stringify(stored) });
  });

  it('has no gap and no duplicate while four processes append and every connection breaks repeatedly', async () => {
    const from = await lastSeq();
    const to = from + 400;
    const appending = appendAll(100);
    const follow = async (stride: number): Promise<number[]> => {
      const seen: number[] = [];
      while ((seen.at(-1) ?? from) < to) {
        const reader = await openStream(url, `?after=0`, String(seen.at(-1) ?? from));
        const enough = Number(seen.at(-1) ?? from) + stride;
        seen.push(...seqs(await reader.until(({ id, data }) => data !== '' && Number(id) >= Math.min(enough, to))));
        reader.cut();
      }
      return seen;
    };
    const all = await Promise.all([17, 61, 400].map(follow));
    await appending;
    for (const seen of all) assert.deepEqual(seen, range(from, to));
  });

  it('sends only the new records of one incident', async () => {
    const reader = await openStream(url, `?incident=${ids[1]}`);
    const from = await lastSeq();
    await appendAll(3);
    const events = await reader.until(({ id }) => Number(id) >= from + 11);
    reader.cut();
    const records = events.filter(({ data }) => data).map(({ data }) => JSON.parse(data) as JournalRecord);
    assert.ok(records.every(({ incident, seq }) => incident === ids[1] && seq > from));
    assert.ok(records.length >= 5, 'six, of which the last may be the last record of the journal');
  });

  it('sends a comment with the last id while there are no records', async () => {
    const reader = await openStream(url);
    const last = String(await lastSeq());
    let count = 0;
    const heartbeats = await reader.until(() => {
      count += 1;
      return count === 3;
    });
    reader.cut();
    assert.deepEqual(
      heartbeats,
      [1, 2, 3].map(() => ({ id: last, data: '' })),
    );
  });

  const refusals: [string, string, string | undefined, number, string][] = [
    ['a Last-Event-ID that is not a number', '', 'x!', 400, 'last-event-id'],
    ['a negative Last-Event-ID', '', '-1', 400, 'last-event-id'],
    ['an empty Last-Event-ID', '', '', 400, 'last-event-id'],
    ['a Last-Event-ID that no number holds', '', '9'.repeat(30), 400, 'last-event-id'],
    ['a Last-Event-ID after the last record', '', '99999999', 400, 'last-event-id'],
    ['?after= that is not a number', '?after=1e3', undefined, 400, 'after'],
    ['?after= twice', '?after=1&after=2', undefined, 400, 'after'],
    ['?after= after the last record', '?after=99999999', undefined, 400, 'after'],
    ['?incident= with a malformed id', '?incident=%1b', undefined, 400, 'incident'],
    ['?incident= with an unknown id', '?incident=inc-ffffffffffffffff', undefined, 404, ''],
    ['an unknown parameter', '?last=1', undefined, 400, 'query'],
  ];
  for (const [name, query, header, status, field] of refusals) {
    it(`answers ${status} to ${name}`, async () => {
      const headers = omitUndefined<Record<string, string>>({
        authorization: `Bearer ${tokens.operator}`,
        'last-event-id': header,
      });
      const response = await api.inject({ url: `/v1/events${query}`, headers });
      assert.equal(response.statusCode, status, response.body);
      const { code, details } = response.json<{ code: string; details: { field?: string } }>();
      assert.deepEqual([code, details.field ?? ''], [status === 404 ? 'not-found' : 'bad-input', field]);
      assert.doesNotMatch(response.body, /x!|1e3|999/);
    });
  }

  it('answers 503 over the limit of streams, until one ends', async () => {
    await connections(0); // readers of other tests
    const readers = await Promise.all(Array.from({ length: limits.streams }, () => openStream(url)));
    const late = await openStream(url);
    assert.equal(late.response.statusCode, 503);
    assert.equal(late.response.headers['retry-after'], '5');
    for (let n = 0; n < 20; n += 1) {
      const hasty = connect(Number(new URL(url).port), '127.0.0.1');
      hasty.end(`GET /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${tokens.operator}\r\n\r\n`, () =>
        hasty.destroy(),
      );
      await once(hasty, 'close');
    }
    readers.shift()?.cut();
    const next = await openWhenFree();
    for (const reader of [...readers, next]) reader.cut();
  });

  it('disconnects a reader that takes nothing, without delaying others, and lets it resume', async () => {
    await connections(0); // readers of other tests
    const from = await lastSeq();
    const slow = await openStream(url, `?after=${from}`);
    slow.response.pause();
    const quick = await openStream(url, `?after=${from}`);
    const to = from + 300;
    const reading = quick.until(({ id }) => Number(id) === to);
    const large = { text: 'x'.repeat(40_000) };
    for (let n = 0; n < 300; n += 1) await append('observe', ids[0], large);
    assert.deepEqual(seqs(await reading), range(from, to));
    await connections(1); // the API disconnects the slow reader after `stallSeconds`
    const had = seqs(await slow.until(() => false));
    assert.equal(slow.response.complete, false, 'it was disconnected, not ended');
    assert.ok(had.length < 300, 'the server buffered everything for it');
    const again = await openStream(url, '', String(had.at(-1) ?? from));
    assert.deepEqual([...had, ...seqs(await again.until(({ id }) => Number(id) === to))], range(from, to));
    for (const reader of [quick, again]) reader.cut();
  });

  it('ends its streams properly and at once when the API closes', async () => {
    const readers = await Promise.all([1, 2].map(() => openStream(url)));
    const ends = readers.map((reader) => reader.until(() => false));
    const begun = performance.now();
    await api.close();
    assert.ok(performance.now() - begun < 1_500, 'closing waited for streams');
    await Promise.all(ends);
    for (const { response } of readers) assert.equal(response.complete, true);
    await start(Number(new URL(url).port));
  });
});
