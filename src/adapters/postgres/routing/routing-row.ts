import type { PoolClient } from 'pg';
import { omitUndefined } from '../../../lib/omit-undefined.ts';
import type { RoutingState } from '../../../domain/incident/routing.ts';

/** A row of the table `routing_states`: the latest incident of one group of alerts. */
export interface RoutingRow {
  /** Workflow id of the group. */
  workflow: string;
  /** Id of the incident. */
  incident: string;
  cluster: string;
  trace: string;
  starts_at: string;
  occurrence: number;
  flaps: number;
  /** Earliest start of the alerts that began the latest occurrence; null for the first occurrence. */
  since: string | null;
  /** Trace of the delivery that began the latest occurrence. */
  opened_by: string;
  /** Milliseconds since the incident closed, by the clock of the database; null while the incident is open. */
  closed_for_ms: number | null;
  /** Id of the incident into which this incident was merged; null if this incident was not merged. */
  merged_into: string | null;
}

/** Reads the row of a group by its workflow id. The row stays locked until the transaction ends. */
export async function selectRoutingRow(client: PoolClient, workflow: string): Promise<RoutingRow | undefined> {
  const { rows } = await client.query<RoutingRow>(selectForUpdate, [workflow]);
  return rows[0];
}

const selectForUpdate = `
  SELECT workflow, incident, cluster, trace, starts_at, occurrence, flaps, since, opened_by, merged_into,
    (extract(epoch FROM clock_timestamp() - closed_at) * 1000)::float8 AS closed_for_ms
  FROM routing_states WHERE workflow = $1 FOR UPDATE`;

/** Converts a row to a routing state. */
export function routingStateOf(row: RoutingRow): RoutingState {
  return omitUndefined({
    incident: { id: row.incident, cluster: row.cluster, trace: row.trace, startsAt: row.starts_at },
    number: row.occurrence,
    flaps: row.flaps,
    openedBy: row.opened_by,
    since: row.since ?? undefined,
    closedForMs: row.closed_for_ms ?? undefined,
  });
}
