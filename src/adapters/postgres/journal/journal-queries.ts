import { readRecordKind, viewRecordKinds } from '../../../domain/incident/incident-view.ts';
import { journalColumns } from './journal-columns.ts';

// Whoever can send alerts decides how many incidents there are, and how many records a flapping incident has. So each
// statement reads a limited number of rows, by an index. test/governance/outsiders-tables.test.ts shows that.

/** Governance's records of the view. The index `journal_views` has the same condition. */
const isViewRecord = `writer = 'airlock_serve' AND kind IN (${viewRecordKinds.map((kind) => `'${kind}'`).join(', ')})`;
/** Records `incident.opened` of requests and schedules. The index `journal_without_alerts` has the same condition. */
const isWithoutAlerts = `writer = 'airlock_serve' AND kind = 'incident.opened' AND position('"cause":"alert"' in body) = 0`;

/** `$1`: id of an incident. Returns its first 100 records, its last 2,000, and the last 1,000 of its view. */
export const selectRecent = `
  SELECT ${journalColumns} FROM (
    (SELECT * FROM journal WHERE incident = $1 ORDER BY seq LIMIT 100) UNION
    (SELECT * FROM journal WHERE incident = $1 ORDER BY seq DESC LIMIT 2000) UNION
    (SELECT * FROM journal WHERE incident = $1 AND ${isViewRecord} ORDER BY seq DESC LIMIT 1000)
  ) AS chosen ORDER BY seq`;

/**
 * Returns the records of the list of incidents. `known`: the 2,000 incidents that were opened last, the 2,000 without
 * alerts that were opened last, the incidents of the last 2,000 dossiers, and 10,000 open incidents with alerts. So a
 * flood of alerts does not remove an incident from the list that waits for people. For each incident: the first and the
 * last 50 records of its view, and its last record of any writer that is not of a read.
 */
export const selectOverview = `
  WITH known AS (
    (SELECT incident FROM journal WHERE writer = 'airlock_serve' AND kind = 'incident.opened'
      ORDER BY seq DESC LIMIT 2000) UNION
    (SELECT incident FROM journal WHERE ${isWithoutAlerts} ORDER BY seq DESC LIMIT 2000) UNION
    (SELECT incident FROM journal WHERE writer = 'airlock_serve' AND kind = 'dossier.offered'
      ORDER BY seq DESC LIMIT 2000) UNION
    (SELECT incident FROM routing_states WHERE closed_at IS NULL LIMIT 10000)
  )
  SELECT ${journalColumns} FROM (SELECT incident AS id FROM known) AS known CROSS JOIN LATERAL (
    (SELECT * FROM journal WHERE incident = known.id AND ${isViewRecord} ORDER BY seq LIMIT 1) UNION
    (SELECT * FROM journal WHERE incident = known.id AND ${isViewRecord} ORDER BY seq DESC LIMIT 50) UNION
    (SELECT * FROM journal WHERE incident = known.id AND kind <> '${readRecordKind}' ORDER BY seq DESC LIMIT 1)
  ) AS chosen ORDER BY seq`;

/** `$1`: a part of the record's body. Returns the ids of incidents that no alert opened. */
export const selectPersonsIncidents = `
  SELECT DISTINCT incident FROM journal WHERE ${isWithoutAlerts}
    AND position('"cause":"person"' in body) > 0 AND position($1 in body) > 0`;
