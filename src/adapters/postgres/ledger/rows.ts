import type { Receipt } from '../../../domain/execution/execution.ts';
import type { Digest } from '../../../lib/digest.ts';
import { canonicalJson, type Json } from '../../../lib/json/json.ts';
import type { ExecutionIdentity, ObjectTokens } from '../../../execution/ledger-ports.ts';
import type { RowContent } from '../../../execution/ports.ts';

// The content of each row of the ledger, as its MAC covers it: every column that the gateway relies on, in a fixed
// order. Times are ISO 8601 with milliseconds, by the gateway's clock.

/** A row of `executions`. */
export function executionRow(row: ExecutionIdentity): RowContent {
  const { id, dossier, direction, incident, trace, cluster, startedAt } = row;
  return { table: 'executions', columns: [id, dossier, direction, incident, trace, cluster, startedAt] };
}

/** A row of `execution_attempts`. */
export function attemptRow(execution: string, attempt: number): RowContent {
  return { table: 'execution_attempts', columns: [execution, attempt] };
}

/** An entry about a step. `number` counts the entries of one execution from 1. */
export interface StepEntry extends Receipt {
  number: number;
  attempt: number;
}

/** A row of `execution_steps`. */
export function stepRow(execution: string, entry: StepEntry): RowContent {
  const { number, attempt, step, state, resourceVersion, at } = entry;
  return { table: 'execution_steps', columns: [execution, number, attempt, step, state, resourceVersion, at] };
}

/** A row of `execution_results`. @param result JSON text. */
export function resultRow(execution: string, result: string, finishedAt: string): RowContent {
  return { table: 'execution_results', columns: [execution, result, finishedAt] };
}

/** The lease of one attempt. */
export interface AttemptLease {
  attempt: number;
  cluster: string;
  leaseId: string | null;
  serviceAccount: string | null;
  revokedAt: string | null;
}

/** A row of `execution_leases`. */
export function leaseRow(execution: string, lease: AttemptLease): RowContent {
  const { attempt, cluster, leaseId, serviceAccount, revokedAt } = lease;
  return { table: 'execution_leases', columns: [execution, attempt, cluster, leaseId, serviceAccount, revokedAt] };
}

/** A row of `challenges`. */
export function challengeRow(
  execution: string,
  { challenge, madeAt, objectTokens }: { challenge: string; madeAt: string; objectTokens: ObjectTokens },
): RowContent {
  return { table: 'challenges', columns: [execution, challenge, madeAt, canonicalJson(objectTokens)] };
}

/** A row of `challenge_uses`. */
export function challengeUseRow(execution: string, report: Digest): RowContent {
  return { table: 'challenge_uses', columns: [execution, report] };
}

/** A row of `object_leases`, without its expiry. */
export function objectLeaseRow(object: string, token: number, execution: string): RowContent {
  return { table: 'object_leases', columns: [object, token, execution] };
}

/** Returns a time of PostgreSQL in the form that MACs cover. Returns any other value unchanged: no MAC covers it. */
export function isoOf(time: string | Date | null): string | null {
  const date = time === null ? undefined : new Date(time);
  return date && !Number.isNaN(date.getTime()) ? date.toISOString() : (time as string | null);
}

/** Describes a row for messages, such as `execution_steps (exe-1, 3)`. */
export function describeRow({ table, columns }: RowContent): string {
  const keys: Record<string, number> = { execution_attempts: 2, execution_steps: 2, execution_leases: 2 };
  return `${table} (${columns
    .slice(0, keys[table] ?? 1)
    .map((column: Json) => String(column))
    .join(', ')})`;
}
