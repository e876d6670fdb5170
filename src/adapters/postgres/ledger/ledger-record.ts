import type { ExecutionResult, Receipt } from '../../../domain/execution/execution.ts';
import type { ExecutionIdentity, ExecutionRecord, LeaseRecord } from '../../../execution/ports.ts';
import type { Pool } from '../pool.ts';
import { unavailable } from '../unavailable.ts';

/**
 * Reads what the ledger contains about one execution, except its leases. Returns undefined if the execution has not
 * started. One statement reads all tables, so all values are from the same moment.
 */
export async function readRecord(pool: Pool, execution: string): Promise<ExecutionRecord | undefined> {
  const { rows } = await pool.query<Row>(select, [execution]).catch(unavailable('ledger'));
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

// `steps` has one row for each step, in the order in which the steps began. If a step has an `applied` row, that row is
// chosen. Otherwise the step's latest `intended` row is chosen. DISTINCT ON chooses the first row of each step, and
// `applied` sorts before `intended`.
const select = `
  SELECT executions.*, result, finished_at, coalesce(steps, '[]') AS steps
  FROM executions
  LEFT JOIN execution_results ON execution_results.execution = id
  LEFT JOIN LATERAL (
    SELECT json_agg(chosen ORDER BY chosen.first_seq) AS steps FROM (
      SELECT DISTINCT ON (step) step, state, resource_version, at, min(seq) OVER (PARTITION BY step) AS first_seq
      FROM execution_steps WHERE execution = id ORDER BY step, state, seq DESC
    ) AS chosen
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

/**
 * Reads the leases that are not recorded as revoked: the leases of one execution, or of every execution if `execution`
 * is absent.
 */
export async function unrevokedLeases(pool: Pool, execution?: string): Promise<LeaseRecord[]> {
  const condition = execution === undefined ? '' : 'AND execution = $1';
  const { rows } = await pool
    .query<LeaseRow>(
      `SELECT execution, cluster, lease_id FROM execution_leases WHERE revoked_at IS NULL ${condition} ORDER BY requested_at`,
      execution === undefined ? [] : [execution],
    )
    .catch(unavailable('ledger'));
  return rows.map(leaseOf);
}

interface LeaseRow {
  execution: string;
  cluster: string;
  /** Null until the answer of Vault is recorded. */
  lease_id: string | null;
}

function leaseOf({ execution, cluster, lease_id: leaseId }: LeaseRow): LeaseRecord {
  return leaseId ? { execution, cluster, leaseId } : { execution, cluster };
}
