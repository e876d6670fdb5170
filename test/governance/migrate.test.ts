import assert from 'node:assert/strict';
import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { migrate } from '../../src/adapters/postgres/migrate.ts';
import { processNames } from '../../src/domain/names.ts';
import { startDatabase, type Database } from '../execution/database.ts';
import { emptyDatabase } from '../execution/fresh-database.ts';

const schema = new URL('../../src/adapters/postgres/schema/', import.meta.url).pathname;
let database: Database;

before(async () => {
  database = await startDatabase();
});
after(() => database?.[Symbol.asyncDispose]());

describe('migrate', () => {
  it('applies nothing the second time, also when two run at once', async () => {
    assert.deepEqual(await Promise.all([migrate(database.pools.owner), migrate(database.pools.owner)]), [[], []]);
  });

  it('sets up an empty database once, also when two run at once', async () => {
    await using fresh = await emptyDatabase(database);
    const applied = await Promise.all([migrate(fresh.owner), migrate(fresh.owner)]);
    assert.deepEqual(applied.flat(), ['0001-baseline.sql']);
  });

  it('cannot be blocked by another role', async () => {
    for (const role of Object.values(processNames)) {
      const intruder = await database.pools[role].connect();
      try {
        await intruder.query("SELECT pg_advisory_lock(hashtext('airlock schema'))");
        for (const mode of ['ACCESS SHARE', 'ACCESS EXCLUSIVE']) {
          await intruder.query('BEGIN');
          await assert.rejects(intruder.query(`LOCK TABLE schema_files IN ${mode} MODE`), { code: '42501' });
          await intruder.query('ROLLBACK');
        }
        assert.deepEqual(await migrate(database.pools.owner), []);
      } finally {
        intruder.release(true);
      }
    }
  });

  it('a changed file, a missing file and a new file that fails are refused and change nothing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'airlock-governance-'));
    await cp(schema, folder, { recursive: true });
    await appendFile(join(folder, '0002-new.sql'), 'CREATE TABLE fresh (x int); SELECT nonsense;');
    await assert.rejects(migrate(database.pools.owner, folder), { code: '42703' });
    await assert.rejects(database.pools.owner.query('SELECT FROM fresh'), { code: '42P01' });
    await rm(join(folder, '0002-new.sql'));
    await appendFile(join(folder, '0001-baseline.sql'), '-- more');
    // The embedded stack of an older build has a database with another baseline.
    await assert.rejects(migrate(database.pools.owner, folder), {
      code: 'schema-changed',
      message: /If another build set up the database, use that build, or an empty database \(.*`airlock down --purge`/,
      details: { file: '0001-baseline.sql' },
    });
    await rm(join(folder, '0001-baseline.sql'));
    await assert.rejects(migrate(database.pools.owner, folder), { code: 'schema-changed' });
    await rm(folder, { recursive: true });
  });

  const older: [found: string, sql: string][] = [
    [
      'schema file 10-blobs.sql',
      `CREATE TABLE schema_files (name text PRIMARY KEY, digest text NOT NULL, applied_at timestamptz NOT NULL);
       INSERT INTO schema_files VALUES ('50-places.sql', 'sha256:2', now()), ('10-blobs.sql', 'sha256:1', now());
       CREATE TABLE blobs (digest text PRIMARY KEY)`,
    ],
    ['table places', 'CREATE TABLE places (workflow text PRIMARY KEY)'],
  ];
  for (const [found, sql] of older) {
    it(`a database that has ${found} of an older build is refused in one sentence that says what to do`, async () => {
      await using old = await emptyDatabase(database);
      await old.owner.query(sql);
      const message =
        `the database was not set up by this build (it has ${found}): delete the embedded stack's data with ` +
        '`airlock down --purge`, or configure an empty database';
      await assert.rejects(migrate(old.owner), { code: 'schema-outdated', message, next: 'stop', details: { found } });
      await assert.rejects(old.owner.query('SELECT FROM routing_states'), { code: '42P01' });
    });
  }

  it('an empty database gets the baseline', async () => {
    await using fresh = await emptyDatabase(database);
    assert.deepEqual(await migrate(fresh.owner), ['0001-baseline.sql']);
  });
});
