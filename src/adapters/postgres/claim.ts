import type { PoolClient } from 'pg';
import { AirlockError } from '../../domain/error.ts';
import type { Claim, ExecutionIdentity } from '../../execution/ports.ts';
import { readRecord, unrevokedLeases } from './ledger-record.ts';
import { unavailable } from './unavailable.ts';

/**
 * Takes the sole right to act for an execution: a lock that lives as long as this connection does, so that a process
 * that dies gives it back at once, and an attempt number that fences off whoever was overtaken all the same.
 * @param client is the claim's own, and closed at its end. A pooler that shares connections would break the lock.
 * @throws AirlockError `execution-busy`; the connection is closed then too.
 */
export async function claimOn(client: PoolClient, execution: ExecutionIdentity, ended: () => void): Promise<Claim> {
  try {
    if (!(await lock(client, execution.id))) throw busy(execution.id);
    return claim(client, execution, { attempt: await begin(client, execution), ended });
  } catch (error) {
    client.release(true);
    throw error;
  }
}

function claim(client: PoolClient, execution: ExecutionIdentity, own: { attempt: number; ended: () => void }): Claim {
  const { id, cluster } = execution;
  const { attempt } = own;
  const write = async (sql: string, values: unknown[]): Promise<void> => {
    const { rowCount } = await client.query(sql, [id, attempt, ...values]).catch(unavailable('ledger'));
    if (rowCount === 0) throw busy(id);
  };
  const step = (state: string) => (name: string, resourceVersion: string) =>
    write(insertStep, [name, state, resourceVersion]);
  return {
    async record() {
      const record = await readRecord(client, id);
      if (!record) throw new TypeError(`execution ${id} has no row although it was claimed`);
      return record;
    },
    intended: step('intended'),
    applied: step('applied'),
    minting: () => write(insertLease, [cluster]),
    minted: ({ leaseId, serviceAccount }) => write(nameLease, [leaseId, serviceAccount]),
    revoked: () => write(revokeLeases, []),
    unrevoked: () => unrevokedLeases(client, id),
    finish: (result) => write(insertResult, [JSON.stringify(result)]),
    async [Symbol.asyncDispose]() {
      // Only so that nobody has to wait until the server notices that the connection is closed, which frees it too.
      await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [id]).catch(() => undefined);
      client.release(true);
      own.ended();
    },
  };
}

async function lock(client: PoolClient, id: string): Promise<boolean> {
  const { rows } = await client
    .query<{ got: boolean }>('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS got', [id])
    .catch(unavailable('ledger'));
  return rows[0]?.got === true;
}

async function begin(client: PoolClient, execution: ExecutionIdentity): Promise<number> {
  const { id, dossier, direction, incident, trace, cluster, startedAt } = execution;
  const row = [id, dossier, direction, incident, trace, cluster, startedAt];
  const insert = 'INSERT INTO executions VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING';
  await client.query(insert, row).catch(unavailable('ledger'));
  const { rows } = await client.query<{ attempt: number }>(nextAttempt, [id]).catch(unavailable('ledger'));
  return rows[0]?.attempt ?? 0;
}

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
  INSERT INTO execution_results (execution, result) SELECT $1, $3 WHERE ${latest}`;

function busy(id: string): AirlockError {
  const message = `another attempt acts for ${id}: ask again for its result`;
  return new AirlockError({ code: 'execution-busy', message, next: 'retry' });
}
