import { receiptsOf } from '../../../domain/execution/receipts.ts';
import type { ExecutionResult } from '../../../domain/execution/execution.ts';
import { omitUndefined } from '../../../lib/omit-undefined.ts';
import type { ExecutionIdentity, ExecutionRecord, RecordedLease } from '../../../execution/ledger-ports.ts';
import { ledgerCorrupt, type RowCheck, type StoredRow } from './row-check.ts';
import { attemptRow, executionRow, isoOf, leaseRow, resultRow, stepRow, type StepEntry } from './rows.ts';
import type { Pool } from '../pool.ts';
import { unavailable } from '../unavailable.ts';

/** What the ledger contains about one execution, and the number of its attempts. */
interface StoredExecution {
  record: ExecutionRecord;
  attempts: number;
}

/**
 * Reads and verifies what the ledger contains about one execution. Returns undefined if the execution has not started.
 * One statement reads all tables, so all values are from the same moment.
 * @throws AirlockError `ledger-corrupt` if a row has no valid MAC, or if a row is missing between others.
 */
export async function readExecution(
  pool: Pool,
  check: RowCheck,
  execution: string,
): Promise<StoredExecution | undefined> {
  const { rows } = await pool.query<Rows>(select, [execution]).catch(unavailable('ledger'));
  const [found] = rows as [Rows];
  await check.verify(storedRows(execution, found));
  assertNoGaps(execution, found);
  if (!found.execution) return undefined;
  const entries = found.steps.map(entryOf);
  const record = {
    ...identityOf(found.execution),
    entries: entries.map(({ step, state, resourceVersion, at }) => ({ step, state, resourceVersion, at })),
    receipts: [],
    leases: found.leases.map(leaseOf),
    ...resultOf(found),
  };
  return { record: { ...record, receipts: receiptsOf(record.entries) }, attempts: found.attempts.length };
}

const select = `
  SELECT
    (SELECT row_to_json(executions) FROM executions WHERE id = $1) AS execution,
    (SELECT row_to_json(execution_results) FROM execution_results WHERE execution = $1) AS result,
    (SELECT coalesce(json_agg(row ORDER BY attempt), '[]') FROM execution_attempts AS row WHERE execution = $1) AS attempts,
    (SELECT coalesce(json_agg(row ORDER BY number), '[]') FROM execution_steps AS row WHERE execution = $1) AS steps,
    (SELECT coalesce(json_agg(row ORDER BY attempt), '[]') FROM execution_leases AS row WHERE execution = $1) AS leases`;

interface Rows {
  execution: (Omit<ExecutionIdentity, 'startedAt'> & { started_at: string; mac: string }) | null;
  result: { result: string; finished_at: string; mac: string } | null;
  attempts: { attempt: number; mac: string }[];
  steps: (Omit<StepEntry, 'resourceVersion'> & { resource_version: string; mac: string })[];
  leases: LeaseRow[];
}

interface LeaseRow {
  execution: string;
  attempt: number;
  cluster: string;
  /** Null until the answer of Vault is recorded. */
  lease_id: string | null;
  service_account: string | null;
  revoked_at: string | null;
  mac: string;
}

function storedRows(id: string, { execution, result, attempts, steps, leases }: Rows): StoredRow[] {
  return [
    ...(execution ? [{ ...executionRow({ ...identityOf(execution), id }), mac: execution.mac }] : []),
    ...(result ? [{ ...resultRow(id, result.result, isoOf(result.finished_at) ?? ''), mac: result.mac }] : []),
    ...attempts.map(({ attempt, mac }) => ({ ...attemptRow(id, attempt), mac })),
    ...steps.map((row) => ({ ...stepRow(id, entryOf(row)), mac: row.mac })),
    ...leases.map((row) => ({ ...leaseRow(id, columnsOf(row)), mac: row.mac })),
  ];
}

/**
 * Finds deleted rows. Attempts, and the entries about steps, are numbered from 1. Each entry and lease belongs to an
 * attempt, and each attempt to an execution. The last rows of a table can be missing without a gap: the gateway
 * compares them with the journal.
 */
function assertNoGaps(id: string, { execution, result, attempts, steps, leases }: Rows): void {
  const isNumbered = (numbers: number[]): boolean => numbers.every((number, index) => number === index + 1);
  const belongsToAttempt = ({ attempt }: { attempt: number }): boolean => attempt <= attempts.length;
  const missing = [
    ...(!execution && (result || attempts.length + steps.length + leases.length > 0) ? ['executions'] : []),
    ...(isNumbered(attempts.map(({ attempt }) => attempt)) && [...steps, ...leases].every(belongsToAttempt)
      ? []
      : ['execution_attempts']),
    ...(isNumbered(steps.map(({ number }) => number)) ? [] : ['execution_steps']),
  ];
  if (missing.length > 0) throw ledgerCorrupt(`lost rows of execution ${id} in ${missing.join(', ')}`);
}

function identityOf(row: NonNullable<Rows['execution']>): ExecutionIdentity {
  const { id, dossier, direction, incident, trace, cluster, started_at: startedAt } = row;
  return { id, dossier, direction, incident, trace, cluster, startedAt: isoOf(startedAt) ?? '' };
}

function entryOf({ number, attempt, step, state, resource_version: resourceVersion, at }: Rows['steps'][0]): StepEntry {
  return { number, attempt, step, state, resourceVersion, at: isoOf(at) ?? '' };
}

function columnsOf({ attempt, cluster, lease_id: leaseId, service_account: serviceAccount, revoked_at: at }: LeaseRow) {
  return { attempt, cluster, leaseId, serviceAccount, revokedAt: isoOf(at) };
}

function leaseOf(row: LeaseRow): RecordedLease {
  const { cluster, leaseId, serviceAccount, revokedAt } = columnsOf(row);
  const { execution, attempt } = row;
  return omitUndefined({
    execution,
    attempt,
    cluster,
    leaseId: leaseId ?? undefined,
    serviceAccount: serviceAccount ?? undefined,
    revokedAt: revokedAt ?? undefined,
  });
}

function resultOf({ result }: Rows): Pick<ExecutionRecord, 'result' | 'finishedAt'> {
  if (!result) return {};
  return { result: JSON.parse(result.result) as ExecutionResult, finishedAt: isoOf(result.finished_at) ?? '' };
}
