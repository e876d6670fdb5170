import type { PoolClient } from 'pg';
import { AirlockError } from '../../../lib/error.ts';
import type { Claim, ExecutionIdentity, Hold } from '../../../execution/ports.ts';
import { readRecord, unrevokedLeases } from './ledger-record.ts';
import type { Pool } from '../pool.ts';
import { unavailable } from '../unavailable.ts';

/** Where a claim stands, and where it writes. */
export interface ClaimDeps {
  /** The claim's own connection, whose open transaction holds the lock; closed at the claim's end. */
  client: PoolClient;
  /** Each write commits by itself, at once. */
  pool: Pool;
}

/**
 * Takes the sole right to act for an execution: a row lock that lives as long as its connection does, so that a process
 * that dies gives it back at once, and an attempt number that fences off whoever was overtaken all the same.
 * @throws AirlockError `execution-busy`; the connection is closed then too.
 */
export async function claimOn(deps: ClaimDeps, execution: ExecutionIdentity, ended: () => void): Promise<Claim> {
  try {
    await lock(deps, execution.id);
    return claim(deps, execution, { attempt: await begin(deps.pool, execution), ended });
  } catch (error) {
    deps.client.release(true);
    throw error;
  }
}

/**
 * Takes the same lock, and begins nothing.
 * @throws AirlockError `execution-busy`; the connection is closed then too.
 */
export async function holdOn(deps: ClaimDeps, id: string, ended: () => void): Promise<Hold> {
  try {
    await lock(deps, id);
    const begun = (await readRecord(deps.pool, id)) !== undefined;
    return { begun, stands: () => stands(deps.client), [Symbol.asyncDispose]: () => end(deps.client, ended) };
  } catch (error) {
    deps.client.release(true);
    throw error;
  }
}

function claim(
  { client, pool }: ClaimDeps,
  execution: ExecutionIdentity,
  own: { attempt: number; ended: () => void },
): Claim {
  const { id, cluster } = execution;
  const { attempt } = own;
  const write = async (sql: string, values: unknown[]): Promise<void> => {
    // The number fences who is slower than this.
    await stands(client);
    const { rowCount } = await pool.query(sql, [id, attempt, ...values]).catch(unavailable('ledger'));
    if (rowCount === 0) throw busy(id);
  };
  const step = (state: string) => (name: string, resourceVersion: string) =>
    write(insertStep, [name, state, resourceVersion]);
  return {
    async record() {
      const record = await readRecord(pool, id);
      if (!record) throw new TypeError(`execution ${id} has no row although it was claimed`);
      return record;
    },
    intended: step('intended'),
    applied: step('applied'),
    minting: () => write(insertLease, [cluster]),
    minted: ({ leaseId, serviceAccount }) => write(nameLease, [leaseId, serviceAccount]),
    revoked: () => write(revokeLeases, []),
    unrevoked: () => unrevokedLeases(pool, id),
    finish: (result, at) => write(insertResult, [JSON.stringify(result), at.toISOString()]),
    [Symbol.asyncDispose]: () => end(client, own.ended),
  };
}

/** Whoever lost the lock stops here, before anybody else has begun. */
async function stands(client: PoolClient): Promise<void> {
  await client.query('SELECT').catch(unavailable('ledger'));
}

async function end(client: PoolClient, ended: () => void): Promise<void> {
  // Only so that nobody has to wait until the server notices that the connection is closed, which frees it too.
  await client.query('ROLLBACK').catch(() => undefined);
  client.release(true);
  ended();
}

async function lock({ client, pool }: ClaimDeps, id: string): Promise<void> {
  await pool.query(insertClaim, [id]).catch(unavailable('ledger'));
  // An attempt may wait for its target longer than an idle transaction otherwise lives.
  await client.query('BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0').catch(unavailable('ledger'));
  const { rowCount } = await client
    .query('SELECT FROM execution_claims WHERE execution = $1 FOR UPDATE SKIP LOCKED', [id])
    .catch(unavailable('ledger'));
  if (rowCount !== 1) throw busy(id);
}

async function begin(pool: Pool, execution: ExecutionIdentity): Promise<number> {
  const { id, dossier, direction, incident, trace, cluster, startedAt } = execution;
  const row = [id, dossier, direction, incident, trace, cluster, startedAt];
  const insert = 'INSERT INTO executions VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING';
  await pool.query(insert, row).catch(unavailable('ledger'));
  const { rows } = await pool.query<{ attempt: number }>(nextAttempt, [id]).catch(unavailable('ledger'));
  return rows[0]?.attempt ?? 0;
}

const insertClaim = 'INSERT INTO execution_claims VALUES ($1) ON CONFLICT (execution) DO NOTHING';
const nextAttempt = `
  INSERT INTO execution_attempts (execution, attempt)
  SELECT $1, coalesce(max(attempt), 0) + 1 FROM execution_attempts WHERE execution = $1
  RETURNING attempt`;

// Each write asks whether this is still the latest attempt.
const latest = '(SELECT max(attempt) FROM execution_attempts WHERE execution = $1) = $2';
const insertStep = `
  INSERT INTO execution_steps (execution, attempt, step, state, resource_version)
  SELECT $1, $2, $3, $4, $5 WHERE ${latest}`;
const insertLease = `
  INSERT INTO execution_leases (execution, attempt, cluster) SELECT $1, $2, $3 WHERE ${latest}`;
const nameLease = `
  UPDATE execution_leases SET lease_id = $3, service_account = $4
  WHERE execution = $1 AND attempt = $2 AND revoked_at IS NULL AND ${latest}`;
const revokeLeases = `
  UPDATE execution_leases SET revoked_at = clock_timestamp()
  WHERE execution = $1 AND revoked_at IS NULL AND ${latest}`;
const insertResult = `
  INSERT INTO execution_results (execution, result, finished_at) SELECT $1, $3, $4::timestamptz WHERE ${latest}`;

function busy(id: string): AirlockError {
  const message = `another attempt acts for ${id}: ask again for its result`;
  return new AirlockError({ code: 'execution-busy', message, next: 'retry' });
}
