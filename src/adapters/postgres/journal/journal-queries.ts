import { readRecordKind, viewRecordKinds } from '../../../domain/incident/incident-view.ts';
import { journalColumns } from './journal-columns.ts';

// A person who can send alerts determines how many incidents there are, and how many records a flapping incident has. So
// each statement reads a limited number of rows, by an index. test/governance/outsiders-tables.test.ts shows that.

/** Governance's records of the view. The index `journal_views` has the same condition. */
const isViewRecord = `writer = 'airlock_serve' AND kind IN (${viewRecordKinds.map((kind) => `'${kind}'`).join(', ')})`;
/** Records `incident.opened` of requests and schedules. The index `journal_without_alerts` has the same condition. */
const isWithoutAlerts = `writer = 'airlock_serve' AND kind = 'incident.opened' AND position('"cause":"alert"' in body) = 0`;

/** The first or last records of an incident. `limit`: their largest number. */
interface Part {
  order: 'first' | 'last';
  limit: number;
  condition?: string;
}

/**
 * Returns a query for a part of the records of the incident `id`, an expression of SQL. With `incident = ${id}`
 * PostgreSQL may read the whole table in the order of `seq` until it has found enough records. These two conditions and
 * this order mean the same, and only an index on (incident, seq) has this order.
 */
function partOf(id: string, { order, limit, condition = 'true' }: Part): string {
  const [range, direction] =
    order === 'first'
      ? [`(incident, seq) >= (${id}, 0) AND incident <= ${id}`, '']
      : [`(incident, seq) <= (${id}, 9223372036854775807) AND incident >= ${id}`, 'DESC'];
  return `(SELECT * FROM journal WHERE ${range} AND ${condition}
    ORDER BY incident ${direction}, seq ${direction} LIMIT ${String(limit)})`;
}

/** `$1`: id of an incident. Returns its first 100 records, its last 2,000, and the last 1,000 of its view. */
export const selectRecent = `
  SELECT ${journalColumns} FROM (
    ${partOf('$1::text', { order: 'first', limit: 100 })} UNION
    ${partOf('$1::text', { order: 'last', limit: 2000 })} UNION
    ${partOf('$1::text', { order: 'last', limit: 1000, condition: isViewRecord })}
  ) AS chosen ORDER BY seq`;

/**
 * Returns a query for the incidents of governance's last 2,000 records of a kind. Like `partOf`, it leaves PostgreSQL
 * only the index on (kind, seq).
 */
function lastOfKind(kind: (typeof viewRecordKinds)[number]): string {
  return `(SELECT incident FROM journal WHERE writer = 'airlock_serve'
    AND (kind, seq) <= ('${kind}', 9223372036854775807) AND kind >= '${kind}' ORDER BY kind DESC, seq DESC LIMIT 2000)`;
}

/**
 * Returns the records of the list of incidents. `known`: the 2,000 incidents that were opened last, the 2,000 without
 * alerts that were opened last, the incidents of the last 2,000 dossiers, and 10,000 open incidents with alerts. So a
 * flood of alerts does not remove an incident from the list that waits for people. For each incident: the first and the
 * last 50 records of its view, and its last record of any writer that is not of a read.
 */
export const selectOverview = `
  WITH known AS (
    ${lastOfKind('incident.opened')} UNION
    (SELECT incident FROM journal WHERE ${isWithoutAlerts} ORDER BY seq DESC LIMIT 2000) UNION
    ${lastOfKind('dossier.offered')} UNION
    (SELECT incident FROM routing_states WHERE closed_at IS NULL LIMIT 10000)
  )
  SELECT ${journalColumns} FROM (SELECT incident AS id FROM known) AS known CROSS JOIN LATERAL (
    ${partOf('known.id', { order: 'first', limit: 1, condition: isViewRecord })} UNION
    ${partOf('known.id', { order: 'last', limit: 50, condition: isViewRecord })} UNION
    ${partOf('known.id', { order: 'last', limit: 1, condition: `kind <> '${readRecordKind}'` })}
  ) AS chosen ORDER BY seq`;

/** `$1`: a part of the record's body. Returns the ids of incidents that no alert opened. */
export const selectPersonsIncidents = `
  SELECT DISTINCT incident FROM journal WHERE ${isWithoutAlerts}
    AND position('"cause":"person"' in body) > 0 AND position($1 in body) > 0`;
