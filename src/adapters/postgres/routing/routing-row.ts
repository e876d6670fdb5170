import type { PoolClient } from 'pg';
import { omitUndefined } from '../../../lib/omit-undefined.ts';
import type { RoutingState } from '../../../domain/incident/routing.ts';

/** A row of `routing_states`. */
export interface RoutingRow {
  workflow: string;
  incident: string;
  cluster: string;
  trace: string;
  starts_at: string;
  occurrence: number;
  flaps: number;
  /** Earliest start of the alerts that reopened the incident; null if the incident was not reopened. */
  since: string | null;
  /** Trace of the delivery that opened or reopened the incident. */
  opened_by: string;
  /** Milliseconds since the incident closed, by the clock of the database; null while the incident is open. */
  closed_for_ms: number | null;
  merged_into: string | null;
}

/** Reads the row of a group, and locks the row until the transaction ends. */
export async function selectRoutingRow(client: PoolClient, workflow: string): Promise<RoutingRow | undefined> {
  const { rows } = await client.query<RoutingRow>(select, [workflow]);
  return rows[0];
}

const select = `
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
