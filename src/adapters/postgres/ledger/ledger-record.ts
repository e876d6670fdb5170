import type { PoolClient } from 'pg';
import type { ExecutionResult, Receipt } from '../../../domain/execution/execution.ts';
import type { ExecutionIdentity, ExecutionRecord, LeaseRecord } from '../../../execution/ports.ts';
import type { Pool } from '../pool.ts';
import { unavailable } from '../unavailable.ts';

type Queries = Pool | PoolClient;

/**
 * Reads what the ledger contains about one execution, except its leases. Returns undefined if the execution has not
 * started. One statement reads all tables, so the result is a consistent snapshot.
 */
export async function readRecord(queries: Queries, execution: string): Promise<ExecutionRecord | undefined> {
  const { rows } = await queries.query<Row>(select, [execution]).catch(unavailable('ledger'));
  const [row] = rows;
  if (!row) return undefined;
  const { id, dossier, direction, incident, trace, cluster } = row;
  const identity = { id, dossier, direction, incident, trace, cluster, startedAt: row.started_at.toISOString() };
  const receipts = row.steps.map(receiptOf);
  return { ...identity, receipts, ...resultOf(row) };
}

function resultOf({ result, finished_at: at }: Row): Pick<ExecutionRecord, 'result' | 'finishedAt'> {
  return result && at ? { result: JSON.parse(result) as ExecutionResult, finishedAt: at.toISOString() } : {};
}

// Returns one row per step, in the order in which the steps began: the latest `applied` row if there is one, otherwise
// the latest `intended` row (`applied` sorts before `intended`).
const select = `
  SELECT executions.*, result, finished_at, coalesce(steps, '[]') AS steps
  FROM executions
  LEFT JOIN execution_results ON execution_results.execution = id
  LEFT JOIN LATERAL (
    SELECT json_agg(latest ORDER BY latest.first) AS steps FROM (
      SELECT DISTINCT ON (step) step, state, resource_version, at, min(seq) OVER (PARTITION BY step) AS first
      FROM execution_steps WHERE execution = id ORDER BY step, state, seq DESC
    ) AS latest
  ) AS receipts ON true
  WHERE id = $1`;

interface StepRow {
  step: string;
  state: Receipt['state'];
  resource_version: string;
  at: string;
}

interface Row extends Omit<ExecutionIdentity, 'startedAt'> {
  started_at: Date;
  result: string | null;
  finished_at: Date | null;
  steps: StepRow[];
}

function receiptOf({ step, state, resource_version: resourceVersion, at }: StepRow): Receipt {
  return { step, state, resourceVersion, at: new Date(at).toISOString() };
}

/** Reads the leases that are not recorded as revoked. Without `execution`, reads the leases of all executions. */
export async function unrevokedLeases(queries: Queries, execution?: string): Promise<LeaseRecord[]> {
  const where = execution === undefined ? '' : 'AND execution = $1';
  const { rows } = await queries
    .query<LeaseRow>(
      `SELECT execution, cluster, lease_id FROM execution_leases WHERE revoked_at IS NULL ${where} ORDER BY requested_at`,
      execution === undefined ? [] : [execution],
    )
    .catch(unavailable('ledger'));
  return rows.map(leaseOf);
}

interface LeaseRow {
  execution: string;
  cluster: string;
  lease_id: string | null;
}

function leaseOf({ execution, cluster, lease_id: leaseId }: LeaseRow): LeaseRecord {
  return leaseId ? { execution, cluster, leaseId } : { execution, cluster };
}
