import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import { executionId } from '../../src/domain/names.ts';
import { startWorld } from './environment.ts';

const world = await startWorld();
after(() => world[Symbol.asyncDispose]());
beforeEach(() => world.fresh());

const others = ['serve', 'reason', 'observe'] as const;

describe('a lock that decides whose turn it is', () => {
  it('OK: who holds every advisory lock there could be holds up neither the journal nor an execution', async () => {
    const { digest, door } = await world.ready();
    const intruder = await world.database.pools.reason.connect();
    try {
      await intruder.query(`SELECT pg_advisory_lock(hashtext('airlock journal'))`);
      await intruder.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [executionId(digest, 'do')]);
      assert.equal((await world.gateway.execute(digest, 'do', door)).outcome, 'executed');
    } finally {
      intruder.release(true);
    }
  });

  for (const role of others) {
    it(`${role} can take neither the journal's turn nor a claim`, async () => {
      const pool = world.database.pools[role];
      for (const table of ['journal_turn', 'execution_claims']) {
        await assert.rejects(pool.query(`SELECT FROM ${table} FOR UPDATE`), /permission denied/);
        await assert.rejects(
          pool.query(`DO $$ BEGIN LOCK TABLE ${table} IN ACCESS SHARE MODE; END $$`),
          /permission denied/,
        );
      }
    });
  }

  it('the gateway cannot take the journal’s turn without writing', async () => {
    const { gateway } = world.database.pools;
    await assert.rejects(gateway.query('SELECT FROM journal_turn FOR UPDATE'), /permission denied/);
  });

  it('OK: a claim outlives the time after which PostgreSQL ends an idle transaction', async () => {
    const { digest, door } = await world.ready();
    const { pools } = world.database;
    const held: string[] = [];
    world.target.faults.beforeWrite = async () => {
      const { rows } = await pools.owner.query<{ pid: number }>(
        `SELECT pid FROM pg_locks WHERE relation = 'execution_claims'::regclass AND mode = 'RowShareLock'`,
      );
      held.push(...rows.map(({ pid }) => String(pid)));
      if (held.length === 1) await new Promise((resolve) => setTimeout(resolve, 16_000));
    };
    assert.equal((await world.gateway.execute(digest, 'do', door)).outcome, 'executed');
    assert.equal(held.length, 2);
    assert.equal(held[0], held[1]);
  });
});
