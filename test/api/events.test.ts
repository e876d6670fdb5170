import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createJournal, createJournalReader } from '../../src/adapters/postgres/journal/journal.ts';
import { createApiClient } from '../../src/cli/api-client.ts';
import type { StreamEvent } from '../../src/cli/event-stream.ts';
import { watchIncidents } from '../../src/cli/watch.ts';
import type { JournalRecord } from '../../src/domain/journal/journal.ts';
import type { ProcessName } from '../../src/domain/names.ts';
import { Secret } from '../../src/platform/secret.ts';
import { startDatabase, type Database } from '../execution/database.ts';
import { openStream } from './reader.ts';
import { apiOn, tokens } from './sender.ts';

const everyone: ProcessName[] = ['serve', 'reason', 'observe', 'gateway'];
const ids = ['inc-0000000000000001', 'inc-0000000000000002'] as const;
const terms = { streams: 6, heartbeatSeconds: 0.5, stallSeconds: 1.5 };
let database: Database;
let api: ReturnType<typeof apiOn>;
let url: string;

before(async () => {
  database = await startDatabase();
  await start();
  const { serve } = database.pools;
  for (const incident of ids) {
    const body = { name: 'n', cluster: 'east', startsAt: 'then', workflow: 'wf' };
    await createJournal(serve).append({ kind: 'incident.opened', incident, trace: 'a'.repeat(32), fact: 'f', body });
  }
});
after(async () => {
  await api.close();
  await database[Symbol.asyncDispose]();
});

async function start(port = 0): Promise<void> {
  api = apiOn(database.pools.serve, undefined, undefined, terms);
  url = await api.listen({ host: '127.0.0.1', port });
}

function append(role: ProcessName, incident: string = ids[0], body = {}): Promise<void> {
  const entry = { kind: 'evidence.taken', incident, trace: 'a'.repeat(32), fact: `by ${role}\nid: 9`, body } as const;
  return createJournal(database.pools[role]).append(entry);
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

describe('GET /v1/events', () => {
  it('OK: one event per record: id, kind, the record itself', async () => {
    const reader = await openStream(url, '?after=0');
    assert.match(reader.response.headers['content-type'] ?? '', /^text\/event-stream/);
    const [opening, first] = await reader.until(({ data }) => data !== '');
    reader.cut();
    assert.deepEqual(opening, { id: '0', data: '' }, 'also who has seen nothing knows where it stands');
    const [stored] = await createJournalReader(database.pools.serve).readAfter(0, 1);
    assert.deepEqual(first, { id: '1', data: JSON.stringify(stored) });
  });

  it('OK: no gap and no duplicate, while four processes append and every connection breaks again and again', async () => {
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

  it('OK: of one incident, and from now on', async () => {
    const reader = await openStream(url, `?incident=${ids[1]}`);
    const from = await lastSeq();
    await appendAll(3);
    const events = await reader.until(({ id }) => Number(id) >= from + 11);
    reader.cut();
    const records = events.filter(({ data }) => data).map(({ data }) => JSON.parse(data) as JournalRecord);
    assert.ok(records.every(({ incident, seq }) => incident === ids[1] && seq > from));
    assert.ok(records.length >= 5, 'six, the last of which may be the very last record');
  });

  it('OK: where nothing happens a comment comes, with how far it is', async () => {
    const reader = await openStream(url);
    const last = String(await lastSeq());
    const beats = await reader.until(
      (
        (count) => () =>
          ++count === 3
      )(0),
    );
    reader.cut();
    assert.deepEqual(
      beats,
      [1, 2, 3].map(() => ({ id: last, data: '' })),
    );
  });

  const refusals: [string, string, string | undefined, number, string][] = [
    ['a Last-Event-ID that is no number', '', 'x!', 400, 'last-event-id'],
    ['a negative one', '', '-1', 400, 'last-event-id'],
    ['an empty one', '', '', 400, 'last-event-id'],
    ['one with more digits than a number holds', '', '9'.repeat(30), 400, 'last-event-id'],
    ['one after the last record', '', '99999999', 400, 'last-event-id'],
    ['?after= that is no number', '?after=1e3', undefined, 400, 'after'],
    ['?after= twice', '?after=1&after=2', undefined, 400, 'after'],
    ['?after= after the last record', '?after=99999999', undefined, 400, 'after'],
    ['?incident= that is none', '?incident=%1b', undefined, 400, 'incident'],
    ['?incident= that nobody opened', '?incident=inc-ffffffffffffffff', undefined, 404, ''],
    ['a member that is not known', '?last=1', undefined, 400, 'query'],
  ];
  for (const [name, query, header, status, field] of refusals) {
    it(`${status}: ${name}`, async () => {
      const headers = {
        authorization: `Bearer ${tokens.operator}`,
        ...(header === undefined ? {} : { 'last-event-id': header }),
      };
      const response = await api.inject({ url: `/v1/events${query}`, headers });
      assert.equal(response.statusCode, status, response.body);
      const { code, details } = response.json<{ code: string; details: { field?: string } }>();
      assert.deepEqual([code, details.field ?? ''], [status === 404 ? 'not-found' : 'bad-input', field]);
      assert.doesNotMatch(response.body, /x!|1e3|999/);
    });
  }

  it('503: more streams than are allowed; one that ends makes room', async () => {
    const readers = await Promise.all(Array.from({ length: terms.streams }, () => openStream(url)));
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
    await sleep(200);
    const next = await openStream(url);
    assert.equal(next.response.statusCode, 200);
    for (const reader of [...readers, next]) reader.cut();
    await sleep(200);
  });

  it('a reader that takes nothing is cut off, costs the others nothing, and resumes where it was', async () => {
    const from = await lastSeq();
    const slow = await openStream(url, `?after=${from}`);
    slow.response.pause();
    const quick = await openStream(url, `?after=${from}`);
    const to = from + 300;
    const reading = quick.until(({ id }) => Number(id) === to);
    const large = { text: 'x'.repeat(40_000) };
    for (let n = 0; n < 300; n += 1) await append('observe', ids[0], large);
    assert.deepEqual(seqs(await reading), range(from, to));
    await sleep(terms.stallSeconds * 1000 + 500);
    const had = seqs(await slow.until(() => false));
    assert.equal(slow.response.complete, false, 'it was cut, not ended');
    assert.ok(had.length < 300, 'the server kept everything for it');
    const again = await openStream(url, '', String(had.at(-1) ?? from));
    assert.deepEqual([...had, ...seqs(await again.until(({ id }) => Number(id) === to))], range(from, to));
    for (const reader of [quick, again]) reader.cut();
  });

  it('closing the API ends its streams, properly and at once', async () => {
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

describe('airlock incidents watch', () => {
  it('OK: a line per record, over a restart of the API, and none missing', async () => {
    const from = await lastSeq();
    const [lines, said]: [string[], string[]] = [[], []];
    const ending = new AbortController();
    const client = createApiClient(url, new Secret(tokens.operator));
    const watching = watchIncidents(client, {
      signal: ending.signal,
      out: (line) => lines.push(line),
      err: (line) => said.push(line),
    });
    await sleep(300);
    await append('gateway');
    while (lines.length < 1) await sleep(50);
    await api.close();
    for (let n = 0; n < 5; n += 1) await append('serve', ids[1]);
    await start(Number(new URL(url).port));
    while (lines.length < 6) await sleep(50);
    ending.abort();
    await watching;
    assert.deepEqual(
      lines.map((line) => Number(line.split(/\s+/)[1])),
      range(from, from + 6),
    );
    assert.match(lines[0] ?? '', /^inc-0000000000000001 .* gateway .*evidence\.taken .*by gateway\\u\{a\}id: 9$/);
    assert.equal(said.length, 2);
    assert.match(said[0] ?? '', /^the connection is lost \(.*\); trying again$/);
    assert.equal(said[1], `connected again: going on after record ${from + 1}`);
  });

  it('OK: another process ends it with Ctrl-C, with exit code 0', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'airlock-watch-'));
    await writeFile(join(folder, 'token'), tokens.operator);
    const env = { AIRLOCK_API: url, AIRLOCK_ISSUER: url, AIRLOCK_TOKEN_FILE: join(folder, 'token') };
    const child = spawn(process.execPath, ['src/main.ts', 'incidents', 'watch', '--after', '0'], { env });
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    const [code] = (await once(child, 'close')) as [number | null];
    await rm(folder, { recursive: true });
    assert.equal(code, 0);
  });

  it('fails at once where nobody answers at first, or the token is not known', async () => {
    const input = { signal: new AbortController().signal, out: () => undefined, err: () => undefined };
    const nowhere = createApiClient('http://127.0.0.1:1', new Secret(tokens.operator));
    await assert.rejects(watchIncidents(nowhere, { ...input, after: '0' }), { code: 'api-unavailable' });
    const stranger = createApiClient(url, new Secret(tokens.east));
    await assert.rejects(watchIncidents(stranger, input), { code: 'unauthorized' });
  });
});
