import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import { executionId } from '../../src/domain/names.ts';
import { startEnvironment } from './environment.ts';

const env = await startEnvironment();
after(() => env[Symbol.asyncDispose]());
beforeEach(() => env.reset());

const others = ['serve', 'reason', 'observe'] as const;

describe('the append lock of the journal and the execution lock', () => {
  it('are not blocked by advisory locks of another role', async () => {
    const { digest, preflight } = await env.ready();
    const intruder = await env.database.pools.reason.connect();
    try {
      await intruder.query(`SELECT pg_advisory_lock(hashtext('airlock journal'))`);
      await intruder.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [executionId(digest, 'do')]);
      assert.equal((await env.gateway.execute(digest, 'do', preflight)).outcome, 'executed');
    } finally {
      intruder.release(true);
    }
  });

  for (const role of others) {
    it(`cannot be taken by ${role}`, async () => {
      const pool = env.database.pools[role];
      for (const table of ['journal_append_lock', 'execution_locks']) {
        await assert.rejects(pool.query(`SELECT FROM ${table} FOR UPDATE`), /permission denied/);
        await assert.rejects(
          pool.query(`DO $$ BEGIN LOCK TABLE ${table} IN ACCESS SHARE MODE; END $$`),
          /permission denied/,
        );
      }
    });
  }

  it('cannot be taken by the gateway without appending', async () => {
    const { gateway } = env.database.pools;
    await assert.rejects(gateway.query('SELECT FROM journal_append_lock FOR UPDATE'), /permission denied/);
  });

  it('outlive the time after which PostgreSQL ends an idle transaction', async () => {
    const { digest, preflight } = await env.ready();
    const { pools } = env.database;
    const held: string[] = [];
    env.target.faults.beforeWrite = async () => {
      const { rows } = await pools.owner.query<{ pid: number }>(
        `SELECT pid FROM pg_locks WHERE relation = 'execution_locks'::regclass AND mode = 'RowShareLock'`,
      );
      held.push(...rows.map(({ pid }) => String(pid)));
      if (held.length === 1) await new Promise((resolve) => setTimeout(resolve, 16_000));
    };
    assert.equal((await env.gateway.execute(digest, 'do', preflight)).outcome, 'executed');
    assert.equal(held.length, 2);
    assert.equal(held[0], held[1]);
  });
});
