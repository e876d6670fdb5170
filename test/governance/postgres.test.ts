import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createBlobs } from '../../src/adapters/postgres/blobs.ts';
import { createInbox } from '../../src/adapters/postgres/routing/inbox.ts';
import { createStatusReader } from '../../src/adapters/postgres/status-reader.ts';
import { createJournalReader } from '../../src/adapters/postgres/journal/journal.ts';
import { digestOf } from '../../src/lib/digest.ts';
import type { NewRecord } from '../../src/domain/journal/journal.ts';
import type { ProcessName } from '../../src/domain/names.ts';
import { startDatabase, type Database } from '../execution/database.ts';
import { journalOf } from '../journal/journal-of.ts';

const everyone: ProcessName[] = ['serve', 'reason', 'observe', 'gateway'];
let database: Database;

before(async () => {
  database = await startDatabase();
});
after(() => database[Symbol.asyncDispose]());

function entry(message: string): NewRecord {
  return { kind: 'evidence.collected', incident: 'inc-1', trace: 'trace-1', message, body: { message } };
}

function mayNot(role: ProcessName, sql: string) {
  return assert.rejects(database.pools[role].query(sql), { code: '42501' }, `${role}: ${sql}`);
}

describe('journal', () => {
  it('two hundred concurrent appends of four processes get one order without gaps', async () => {
    const reader = createJournalReader(database.pools.serve);
    const before = await reader.last();
    const appends = Array.from({ length: 200 }, (_, index) => {
      const role = everyone[index % 4] ?? 'serve';
      return journalOf(database.pools[role]).append({ ...entry(role), incident: 'inc-5' });
    });
    await Promise.all(appends);
    const records = await reader.read('inc-5');
    assert.deepEqual(
      records.map((record) => record.seq),
      appends.map((_, index) => before + index + 1),
    );
    for (const { writer, message, body } of records) {
      assert.deepEqual([writer, body], [`airlock_${message}`, { message }]);
    }
    const instants = records.map((record) => record.at);
    assert.deepEqual(instants, instants.toSorted());
  });

  it('a message may contain any text', async () => {
    await journalOf(database.pools.observe).append({ ...entry('a\0b\ud800'), incident: 'inc-2' });
    const [record] = await createJournalReader(database.pools.serve).read('inc-2');
    assert.equal(record?.message, 'a\\u{0}b\ufffd');
  });

  it('no role inserts without the function, updates or deletes', async () => {
    for (const role of everyone) {
      await mayNot(role, "INSERT INTO journal VALUES (999, now(), 'x', 'a.b', 'i', 't', 'f', '{}')");
      await mayNot(role, "UPDATE journal SET message = 'x'");
      await mayNot(role, 'DELETE FROM journal');
      await mayNot(role, 'TRUNCATE journal');
      await mayNot(role, 'DROP FUNCTION journal_append');
      await mayNot(role, 'CREATE TABLE public.journal2 (x int)');
    }
  });

  it('only governance and the gateway, which signs it, read it', async () => {
    for (const role of ['reason', 'observe'] as const) await mayNot(role, 'SELECT * FROM journal');
  });

  it('a body that is not JSON, or that is too large, is rejected permanently', async () => {
    const append = (body: string) =>
      database.pools.serve.query("SELECT journal_append('a.b', 'i', 't', 'f', $1)", [body]);
    await assert.rejects(append('{'), { code: '22P02' });
    await assert.rejects(append(`"${'x'.repeat(41_000)}"`), { code: '23514' });
    const { pools } = database;
    const escaped = pools.serve.query("SELECT journal_append('a.b', 'i', 't', repeat(chr(1), 8000), '{}')");
    await assert.rejects(escaped, { code: '23514' }, 'as JSON it does not fit an entry');
    const endless = journalOf(pools.serve).append({ ...entry('x'), trace: 'x'.repeat(201) });
    await assert.rejects(endless, { code: 'journal-rejected', next: 'stop' });
  });

  it('a body that is too large for a record is stored as a blob, and the record holds its digest', async () => {
    const body = { x: 'x'.repeat(300_000) };
    await journalOf(database.pools.observe).append({ ...entry('large'), incident: 'inc-3', body });
    const [record] = await createJournalReader(database.pools.serve).read('inc-3');
    assert.deepEqual(record?.body, { blob: digestOf(body) });
    assert.deepEqual(await createBlobs(database.pools.serve).get(digestOf(body)), body);
  });

  it('an overview has the records of views and the latest record of each opened incident that is no read', async () => {
    const append = (role: ProcessName, incident: string, kind: NewRecord['kind']) =>
      journalOf(database.pools[role]).append({ ...entry('x'), incident, kind });
    await append('serve', 'inc-4', 'incident.opened');
    await append('serve', 'inc-4', 'verdict.issued');
    await append('serve', 'inc-4', 'dossier.offered');
    await append('reason', 'inc-4', 'incident.closed');
    await append('observe', 'inc-4', 'evidence.collected');
    await append('observe', 'inc-4', 'rehearsal.completed');
    await append('serve', 'inc-4', 'dossier.read');
    const overview = await createJournalReader(database.pools.serve).overview();
    assert.deepEqual(
      overview.map(({ incident, kind }) => [incident, kind]),
      ['incident.opened', 'dossier.offered', 'rehearsal.completed'].map((kind) => ['inc-4', kind]),
    );
  });

  it('the next writer terminates the session that holds the append lock in an open transaction, and no other', async () => {
    // Neither session blocks a writer: one only reads, as a backup does; only a superuser could terminate the other.
    const reader = await database.pools.owner.connect();
    await reader.query('BEGIN');
    await reader.query('SELECT FROM journal_append_lock');
    const untouchable = await database.pools.superuser.connect();
    await untouchable.query('BEGIN');
    await untouchable.query('LOCK TABLE journal_append_lock IN ROW SHARE MODE');
    const intruder = await database.pools.reason.connect();
    const ended = new Promise<Error & { code?: string }>((resolve) => intruder.on('error', resolve));
    await intruder.query('SET idle_in_transaction_session_timeout = 0; SET statement_timeout = 0; BEGIN');
    await intruder.query("SELECT journal_append('a.b', 'held', 't', 'f', '{}')");
    const appends = everyone.map((role) => journalOf(database.pools[role]).append(entry('waited')));
    await Promise.all(appends);
    assert.equal((await ended).code, '57P01');
    intruder.release(true);
    assert.deepEqual(await createJournalReader(database.pools.serve).read('held'), []);
    for (const role of everyone) {
      await mayNot(role, 'SELECT journal_append_lock_terminate()');
      await mayNot(role, 'SELECT journal_append_lock_holders()');
    }
    for (const client of [reader, untouchable]) {
      await client.query('COMMIT');
      client.release();
    }
  });
});

describe('blobs', () => {
  it('every process reads what one process stored; the same value is stored once', async () => {
    const value = { b: [1, null, 'ü\ud800'], a: {} };
    const digest = await createBlobs(database.pools.observe).put(value);
    assert.equal(digest, digestOf(value));
    assert.equal(await createBlobs(database.pools.reason).put(value), digest);
    for (const role of everyone) assert.deepEqual(await createBlobs(database.pools[role]).get(digest), value);
  });

  it('a digest under which nothing is stored is refused', async () => {
    await assert.rejects(createBlobs(database.pools.serve).get(digestOf('nowhere')), { code: 'blob-missing' });
  });

  it('no role stores bytes under another digest, updates or deletes them', async () => {
    const digest = digestOf('planted');
    for (const role of everyone) {
      const insert = `INSERT INTO blobs (digest, bytes) VALUES ('${digest}', 'others')`;
      await assert.rejects(database.pools[role].query(insert), { code: '23514' });
      await mayNot(role, "UPDATE blobs SET bytes = 'x'");
      await mayNot(role, 'DELETE FROM blobs');
    }
  });

  it('bytes that the owner of the schema changed are noticed', async () => {
    const digest = await createBlobs(database.pools.serve).put('true');
    const { owner, serve } = database.pools;
    const constraint = "CHECK (digest = 'sha256:' || encode(sha256(bytes), 'hex'))";
    await owner.query('ALTER TABLE blobs DROP CONSTRAINT digest_is_of_bytes');
    await owner.query('UPDATE blobs SET bytes = \'"false"\' WHERE digest = $1', [digest]);
    await assert.rejects(createBlobs(serve).get(digest), { code: 'blob-corrupt' });
    await owner.query('DELETE FROM blobs WHERE digest = $1', [digest]);
    await owner.query(`ALTER TABLE blobs ADD CONSTRAINT digest_is_of_bytes ${constraint}`);
  });
});

describe('large objects', () => {
  it('cannot be made, read or written by any process', async () => {
    const calls = ['lo_create(0)', 'lo_creat(-1)', "lo_from_bytea(0, 'x')", 'lo_open(1, 131072)', "lo_put(1, 0, 'x')"];
    for (const role of everyone) for (const call of calls) await mayNot(role, `SELECT ${call}`);
  });
});

describe('inbox', () => {
  it('parks a stored delivery that is malformed, and returns the others', async () => {
    const inbox = createInbox(database.pools.serve);
    const times = { status: 'firing', startsAt: '2026-01-01T00:00:00Z' };
    const alert = { cluster: 'east', fingerprint: 'f', ...times, labels: {}, annotations: {} };
    const insert = `INSERT INTO inbox (key, cluster, alert_group, trace, alert) VALUES ($1, 'east', $1, $1, $2)`;
    for (const [name, text] of Object.entries({ broken: '{', other: '{}', good: JSON.stringify(alert) })) {
      await database.pools.owner.query(insert, [name, text]);
    }
    for (let call = 0; call < 2; call += 1) {
      assert.deepEqual(
        (await inbox.waiting()).map(({ trace }) => trace),
        ['good'],
      );
    }
    assert.equal((await createStatusReader(database.pools.serve).inbox()).parked, 2);
  });

  it('only governance reads it, and governance cannot change or delete an alert', async () => {
    for (const role of everyone.slice(1)) await mayNot(role, 'SELECT * FROM inbox');
    await mayNot('serve', 'DELETE FROM inbox');
    await mayNot('serve', "UPDATE inbox SET alert = '{}'");
  });
});
