import type { PoolClient } from 'pg';
import type { Place } from '../../../domain/incident/routing.ts';

/** One row of `places`; how long it is closed is the database's to say, whose clock closed it. */
export interface PlaceRow {
  workflow: string;
  incident: string;
  cluster: string;
  trace: string;
  starts_at: string;
  opening: number;
  flaps: number;
  since: string | null;
  opened_by: string;
  closed_for_ms: number | null;
  merged_into: string | null;
}

/** Reads a group's row and locks it until the transaction ends. */
export async function selectPlace(client: PoolClient, workflow: string): Promise<PlaceRow | undefined> {
  const { rows } = await client.query<PlaceRow>(select, [workflow]);
  return rows[0];
}

const select = `
  SELECT workflow, incident, cluster, trace, starts_at, opening, flaps, since, opened_by, merged_into,
    (extract(epoch FROM clock_timestamp() - closed_at) * 1000)::float8 AS closed_for_ms
  FROM places WHERE workflow = $1 FOR UPDATE`;

/** A row as the domain knows it. */
export function placeOf(row: PlaceRow): Place {
  return {
    incident: { id: row.incident, cluster: row.cluster, trace: row.trace, startsAt: row.starts_at },
    number: row.opening,
    flaps: row.flaps,
    openedBy: row.opened_by,
    ...(row.since === null ? {} : { since: row.since }),
    ...(row.closed_for_ms === null ? {} : { closedForMs: row.closed_for_ms }),
  };
}
