import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createAdmissionArchive } from '../../src/adapters/postgres/approval/admission-archive.ts';
import { createSignIns } from '../../src/adapters/postgres/approval/sign-ins.ts';
import { createCheckpoints } from '../../src/adapters/postgres/journal/checkpoints.ts';
import { createStoredRecords } from '../../src/adapters/postgres/journal/stored-records.ts';
import { createChallenges } from '../../src/adapters/postgres/ledger/challenges.ts';
import { createLedger } from '../../src/adapters/postgres/ledger/ledger.ts';
import type { Pool } from '../../src/adapters/postgres/pool.ts';
import type { RowMacs } from '../../src/execution/ports.ts';
import { digestOf } from '../../src/lib/digest.ts';
import type { Database } from '../execution/database.ts';
import { startSeededDatabase } from './seeded-database.ts';
import { mostRowsRead } from './rows-read.ts';

// Each sign-in adds rows to these tables, and nothing deletes rows. Each query of the gateway has to read a number of rows
// that does not grow with them.
const rows = 140_000;

const ofEach = (columns: string): string => `SELECT ${columns} FROM generate_series(1, ${rows}) AS n`;
const seeds = [
  `INSERT INTO admissions (id, kind, incident, content, token, key, admitted_at, mac, record)
   ${ofEach("'id-' || n, 'decision', 'inc-' || n % 1000, '{}', 't', 'k', now(), 'm', n")}`,
  `INSERT INTO sign_ins (sign_in, nonce, mac) ${ofEach("'sign-in-' || n, 'n', 'm'")}`,
  `INSERT INTO executions (id, dossier, direction, incident, trace, cluster, started_at, mac)
   ${ofEach("'exe-' || n, 'd' || n, 'do', 'inc-' || n, 't', 'east', now(), 'm'")}`,
  `INSERT INTO execution_locks (execution) ${ofEach("'exe-' || n")}`,
  `INSERT INTO execution_attempts (execution, attempt, mac) ${ofEach("'exe-' || n, 1, 'm'")}`,
  `INSERT INTO execution_steps (execution, number, attempt, step, state, resource_version, at, mac)
   ${ofEach("'exe-' || n, 1, 1, 'do-1', 'intended', '1', now(), 'm'")}`,
  `INSERT INTO execution_leases (execution, attempt, cluster, lease_id, revoked_at, mac)
   ${ofEach("'exe-' || n, 1, 'east', 'l', CASE WHEN n > 1000 THEN now() END, 'm'")}`,
  `INSERT INTO execution_results (execution, result, finished_at, mac) ${ofEach("'exe-' || n, '{}', now(), 'm'")}`,
  `INSERT INTO challenges (execution, challenge, made_at, object_tokens, mac)
   ${ofEach("'exe-' || n, 'c', now(), '{}', 'm'")}`,
  `INSERT INTO challenge_uses (execution, report, mac) ${ofEach("'exe-' || n, 'r', 'm'")}`,
  `INSERT INTO object_leases (object, token, execution, mac, expires_at)
   ${ofEach("'east/apps/Deployment/shop/app-' || n, 1, 'exe-' || n, 'mac-' || n, now()")}`,
  `INSERT INTO checkpoints (size, note) ${ofEach("n, 'note'")}`,
  `INSERT INTO journal (seq, at, writer, kind, incident, trace, message, body)
   ${ofEach("n, now(), 'airlock_gateway', 'decision.admitted', 'inc-' || n % 1000, 't', 'm', '{}'")}`,
  `ANALYZE admissions, sign_ins, executions, execution_locks, execution_attempts, execution_steps, execution_leases,
   execution_results, challenges, challenge_uses, object_leases, checkpoints, journal`,
];

let database: Database;
before(async () => {
  database = await startSeededDatabase(seeds);
});
after(() => database?.[Symbol.asyncDispose]());

/** The MACs of the seeded rows are not valid, and here only PostgreSQL matters. */
const macs: RowMacs = {
  make: async (made) => made.map(({ table, columns }) => digestOf([table, ...columns])),
  verify: async (verified) => verified.map(() => true),
};
const ledger = (pool: Pool) => createLedger(pool, macs, { clock: () => new Date() });
const digest = digestOf('anything');
const objects = [7, 8, 9].map((n) => ({
  cluster: 'east',
  ref: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: `app-${n}` },
}));

/** Every statement of an attempt of an execution. */
async function attemptOf(pool: Pool): Promise<void> {
  const identity = { dossier: digest, direction: 'do', incident: 'inc-1', trace: 't', cluster: 'east' } as const;
  await using lock = await ledger(pool).lock('exe-new');
  await using _objects = await lock.lockObjects(objects);
  const attempt = await lock.begin({ ...identity, id: 'exe-new', startedAt: new Date().toISOString() });
  await attempt.markMinting();
  await attempt.markMinted({ leaseId: 'l', serviceAccount: 'a' });
  await attempt.assertMayWrite();
  await attempt.markIntended('do-1', '1');
  await attempt.markApplied('do-1', '2');
  await attempt.markRevoked();
  await attempt.finish({ outcome: 'executed', execution: 'exe-new', receipts: [] }, new Date());
}

const challenge = { challenge: 'c', madeAt: new Date().toISOString(), objectTokens: {} };

const calls: [name: string, most: number, call: (pool: Pool) => Promise<unknown>][] = [
  // The incident has 140 admissions. A bitmap scan counts each of them twice.
  ['admissions.ofIncident', 300, (pool) => createAdmissionArchive(pool).ofIncident('inc-5')],
  ['signIns.claim', 10, (pool) => createSignIns(pool).claim({ signIn: digest, nonce: 'n', mac: 'm' })],
  ['ledger.find', 20, (pool) => ledger(pool).find('exe-7')],
  ['ledger.freeObjects', 10, (pool) => ledger(pool).freeObjects('exe-new', objects)],
  // 1,000 leases are not revoked.
  ['ledger.executionsWithLeases', 2_100, (pool) => ledger(pool).executionsWithLeases()],
  ['an attempt', 20, attemptOf],
  ['challenges.find', 10, (pool) => createChallenges(pool, macs).find('exe-7')],
  ['challenges.add', 10, (pool) => createChallenges(pool, macs).add('exe-new', challenge)],
  ['challenges.redeem', 10, (pool) => createChallenges(pool, macs).redeem('exe-new', digest)],
  ['records.at', 60, (pool) => createStoredRecords(pool).at([5, 1_005, 2_005])],
  ['records.size', 10, (pool) => createStoredRecords(pool).size()],
  ['checkpoints.latest', 10, (pool) => createCheckpoints(pool).latest()],
];

describe(`with ${rows} rows in each table of the gateway`, () => {
  for (const [name, most, call] of calls) {
    it(`${name} reads at most ${most} rows`, async () => {
      const read = await mostRowsRead(database.pools.gateway, call);
      assert.ok(read <= most, `${read} rows`);
    });
  }
});
