import assert from 'node:assert/strict';
import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createBlobs } from '../../src/adapters/postgres/blobs.ts';
import { createJournal, createJournalReader } from '../../src/adapters/postgres/journal/journal.ts';
import { migrate } from '../../src/adapters/postgres/migrate.ts';
import { digestOf } from '../../src/lib/digest.ts';
import type { JournalEntry } from '../../src/domain/journal/journal.ts';
import type { ProcessName } from '../../src/domain/names.ts';
import { startDatabase, type Database } from '../execution/database.ts';

const schema = new URL('../../src/adapters/postgres/schema/', import.meta.url).pathname;
const everyone: ProcessName[] = ['serve', 'reason', 'observe', 'gateway'];
let database: Database;

before(async () => {
  database = await startDatabase();
});
after(() => database[Symbol.asyncDispose]());

function entry(fact: string): JournalEntry {
  return { kind: 'evidence.taken', incident: 'inc-1', trace: 'trace-1', fact, body: { fact } };
}

function mayNot(role: ProcessName, sql: string) {
  return assert.rejects(database.pools[role].query(sql), { code: '42501' }, `${role}: ${sql}`);
}

describe('journal', () => {
  it('OK: two hundred appends at once by four processes are in one order without gaps', async () => {
    const appends = Array.from({ length: 200 }, (_, index) => {
      const role = everyone[index % 4] ?? 'serve';
      return createJournal(database.pools[role]).append(entry(role));
    });
    await Promise.all(appends);
    const records = await createJournalReader(database.pools.serve).read('inc-1');
    assert.deepEqual(
      records.map((record) => record.seq),
      appends.map((_, index) => index + 1),
    );
    for (const { process, fact, body } of records) assert.deepEqual([process, body], [`airlock_${fact}`, { fact }]);
    const instants = records.map((record) => record.at);
    assert.deepEqual(instants, instants.toSorted());
  });

  it('OK: a fact may quote anything', async () => {
    await createJournal(database.pools.observe).append({ ...entry('a\0b\ud800'), incident: 'inc-2' });
    const [record] = await createJournalReader(database.pools.serve).read('inc-2');
    assert.equal(record?.fact, 'a\\u{0}b\ufffd');
  });

  it('nobody writes around the function, changes or deletes', async () => {
    for (const role of everyone) {
      await mayNot(role, "INSERT INTO journal VALUES (999, now(), 'x', 'a.b', 'i', 't', 'f', '{}')");
      await mayNot(role, "UPDATE journal SET fact = 'x'");
      await mayNot(role, 'DELETE FROM journal');
      await mayNot(role, 'TRUNCATE journal');
      await mayNot(role, 'DROP FUNCTION journal_append');
      await mayNot(role, 'CREATE TABLE public.journal2 (x int)');
    }
  });

  it('only governance reads it, and the gateway, which signs it', async () => {
    for (const role of ['reason', 'observe'] as const) await mayNot(role, 'SELECT * FROM journal');
  });

  it('a body that is not JSON, or too large, is refused for good', async () => {
    const append = (body: string) =>
      database.pools.serve.query("SELECT journal_append('a.b', 'i', 't', 'f', $1)", [body]);
    await assert.rejects(append('{'), { code: '22P02' });
    await assert.rejects(append(`"${'x'.repeat(41_000)}"`), { code: '23514' });
    const { pools } = database;
    const escaped = pools.serve.query("SELECT journal_append('a.b', 'i', 't', repeat(chr(1), 8000), '{}')");
    await assert.rejects(escaped, { code: '23514' }, 'as JSON it would not fit an entry');
    const endless = createJournal(pools.serve).append({ ...entry('x'), trace: 'x'.repeat(201) });
    await assert.rejects(endless, { code: 'journal-refused', next: 'stop' });
  });

  it('OK: a body that is larger than a record may be is a blob that the record names', async () => {
    const body = { x: 'x'.repeat(300_000) };
    await createJournal(database.pools.observe).append({ ...entry('large'), incident: 'inc-3', body });
    const [record] = await createJournalReader(database.pools.serve).read('inc-3');
    assert.deepEqual(record?.body, { blob: digestOf(body) });
    assert.deepEqual(await createBlobs(database.pools.serve).get(digestOf(body)), body);
  });

  it('OK: an overview is the views’ records and each incident’s latest one, of opened incidents', async () => {
    const append = (role: ProcessName, incident: string, kind: JournalEntry['kind']) =>
      createJournal(database.pools[role]).append({ ...entry('x'), incident, kind });
    await append('serve', 'inc-4', 'incident.opened');
    await append('serve', 'inc-4', 'verdict.given');
    await append('serve', 'inc-4', 'dossier.offered');
    await append('reason', 'inc-4', 'incident.closed');
    await append('observe', 'inc-4', 'evidence.taken');
    await append('observe', 'inc-4', 'rehearsal.done');
    const overview = await createJournalReader(database.pools.serve).overview();
    assert.deepEqual(
      overview.map(({ incident, kind }) => [incident, kind]),
      ['incident.opened', 'dossier.offered', 'rehearsal.done'].map((kind) => ['inc-4', kind]),
    );
  });

  it('who holds the turn with an open transaction is put out by whoever waits, and nobody else is', async () => {
    // Neither keeps anybody waiting: one only reads, such as a backup; the other nobody but a superuser may end.
    const reader = await database.pools.owner.connect();
    await reader.query('BEGIN');
    await reader.query('SELECT FROM journal_turn');
    const untouchable = await database.pools.superuser.connect();
    await untouchable.query('BEGIN');
    await untouchable.query('LOCK TABLE journal_turn IN ROW SHARE MODE');
    const intruder = await database.pools.reason.connect();
    const ended = new Promise<Error & { code?: string }>((resolve) => intruder.on('error', resolve));
    await intruder.query('SET idle_in_transaction_session_timeout = 0; SET statement_timeout = 0; BEGIN');
    await intruder.query("SELECT journal_append('a.b', 'held', 't', 'f', '{}')");
    const appends = everyone.map((role) => createJournal(database.pools[role]).append(entry('waited')));
    await Promise.all(appends);
    assert.equal((await ended).code, '57P01');
    intruder.release(true);
    assert.deepEqual(await createJournalReader(database.pools.serve).read('held'), []);
    for (const role of everyone) {
      await mayNot(role, 'SELECT journal_turn_free()');
      await mayNot(role, 'SELECT journal_turn_holders()');
    }
    for (const client of [reader, untouchable]) {
      await client.query('COMMIT');
      client.release();
    }
  });
});

describe('blobs', () => {
  it('OK: what one process stores, every process finds; twice is once', async () => {
    const value = { b: [1, null, 'ü\ud800'], a: {} };
    const digest = await createBlobs(database.pools.observe).put(value);
    assert.equal(digest, digestOf(value));
    assert.equal(await createBlobs(database.pools.reason).put(value), digest);
    for (const role of everyone) assert.deepEqual(await createBlobs(database.pools[role]).get(digest), value);
  });

  it('missing', async () => {
    await assert.rejects(createBlobs(database.pools.serve).get(digestOf('nowhere')), { code: 'blob-missing' });
  });

  it('nobody stores bytes under another digest, changes or deletes them', async () => {
    const digest = digestOf('planted');
    for (const role of everyone) {
      const insert = `INSERT INTO blobs (digest, bytes) VALUES ('${digest}', 'others')`;
      await assert.rejects(database.pools[role].query(insert), { code: '23514' });
      await mayNot(role, "UPDATE blobs SET bytes = 'x'");
      await mayNot(role, 'DELETE FROM blobs');
    }
  });

  it('bytes that changed below are noticed', async () => {
    const digest = await createBlobs(database.pools.serve).put('true');
    await database.pools.owner.query('ALTER TABLE blobs DROP CONSTRAINT digest_is_of_bytes');
    await database.pools.owner.query('UPDATE blobs SET bytes = \'"false"\' WHERE digest = $1', [digest]);
    await assert.rejects(createBlobs(database.pools.serve).get(digest), { code: 'blob-corrupt' });
  });
});

describe('inbox', () => {
  it('is governance’s alone, and even governance cannot take an alert back', async () => {
    for (const role of everyone.slice(1)) await mayNot(role, 'SELECT * FROM inbox');
    await mayNot('serve', 'DELETE FROM inbox');
    await mayNot('serve', "UPDATE inbox SET alert = '{}'");
  });
});

describe('migrate', () => {
  it('OK: nothing is new the second time, also twice at once', async () => {
    assert.deepEqual(await Promise.all([migrate(database.pools.owner), migrate(database.pools.owner)]), [[], []]);
  });

  it('a file that was changed, or is gone, and a new one that fails, leave everything as it was', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'airlock-governance-'));
    await cp(schema, folder, { recursive: true });
    await appendFile(join(folder, '99-new.sql'), 'CREATE TABLE fresh (x int); SELECT nonsense;');
    await assert.rejects(migrate(database.pools.owner, folder), { code: '42703' });
    await assert.rejects(database.pools.owner.query('SELECT FROM fresh'), { code: '42P01' });
    await rm(join(folder, '99-new.sql'));
    await appendFile(join(folder, '10-inbox.sql'), '-- more');
    await assert.rejects(migrate(database.pools.owner, folder), {
      code: 'schema-changed',
      details: { file: '10-inbox.sql' },
    });
    await rm(join(folder, '10-inbox.sql'));
    await assert.rejects(migrate(database.pools.owner, folder), { code: 'schema-changed' });
    await rm(folder, { recursive: true });
  });
});
