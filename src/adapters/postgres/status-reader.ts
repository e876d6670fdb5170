import type { LeasesAlive, StatusSections } from '../../domain/incident/system-status.ts';
import type { Pool } from './pool.ts';
import { unavailable } from './unavailable.ts';

/**
 * Reads the numbers of `airlock status` that come from PostgreSQL. The reader logs in as the database role
 * `airlock_serve`.
 */
export interface StatusReader {
  /**
   * Counts the alerts that wait in the inbox and the alerts that Temporal has refused. Also reads when the oldest
   * waiting alert arrived.
   */
  inbox(): Promise<StatusSections['inbox']>;
  /**
   * Counts the leases that are not revoked yet, by cluster and incident: read leases (of `airlock observe`) and grants
   * (leases with which the gateway writes to a cluster).
   */
  leases(): Promise<StatusSections['leases']>;
}

/** Creates the reader. Every method throws AirlockError `status-unavailable` (retry) if PostgreSQL does not answer. */
export function createStatusReader(pool: Pool): StatusReader {
  const counts = async (sql: string): Promise<LeasesAlive[]> => {
    const { rows } = await pool.query<LeasesAlive>(sql).catch(unavailable('status'));
    return rows;
  };
  return {
    async inbox() {
      const { rows } = await pool.query<Backlog>(backlog).catch(unavailable('status'));
      const { waiting = 0, since, refused = 0 } = rows[0] ?? {};
      return since ? { waiting, refused, since: since.toISOString() } : { waiting, refused };
    },
    async leases() {
      return { read: await counts(readLeases), grants: await counts(grants) };
    },
  };
}

interface Backlog {
  waiting: number;
  since: Date | null;
  refused: number;
}

const backlog = `
  SELECT count(*)::int AS waiting, min(received_at) AS since,
    (SELECT count(*)::int FROM inbox WHERE refused IS NOT NULL) AS refused
  FROM inbox WHERE relayed_at IS NULL`;
const readLeases = `
  SELECT cluster, incident, count(*)::int AS alive FROM read_leases WHERE revoked_at IS NULL
  GROUP BY cluster, incident ORDER BY cluster, incident`;
const grants = `
  SELECT lease.cluster, incident, count(*)::int AS alive
  FROM execution_leases AS lease JOIN executions ON executions.id = lease.execution WHERE revoked_at IS NULL
  GROUP BY lease.cluster, incident ORDER BY lease.cluster, incident`;
