import type { LeasesAlive, StatusSections } from '../../domain/incident/system-status.ts';
import { omitUndefined } from '../../lib/omit-undefined.ts';
import type { Pool } from './pool.ts';
import { unavailable } from './unavailable.ts';

/** Reads two sections of `airlock status` from PostgreSQL: `inbox` and `leases`. */
export interface StatusReader {
  /**
   * Counts the alerts of the inbox. `waiting`: alerts that wait for the relay. `since`: the time when the oldest waiting
   * alert arrived. `parked`: alerts that cannot be sent. `latestParked`: the delivery that was parked last.
   */
  inbox(): Promise<StatusSections['inbox']>;
  /**
   * Counts the Vault leases whose revocation is not recorded, for each cluster and incident. Each list has at most 500
   * entries. `read`: leases with which `airlock observe` reads a cluster. `grants`: leases with which the gateway changes
   * a cluster.
   */
  leases(): Promise<StatusSections['leases']>;
}

/** Creates the reader. Every method throws AirlockError `status-unavailable` (retry) or `status-rejected` (stop). */
export function createStatusReader(pool: Pool): StatusReader {
  const countLeases = async (sql: string): Promise<LeasesAlive[]> => {
    const { rows } = await pool.query<LeasesAlive>(sql).catch(unavailable('status'));
    return rows;
  };
  return {
    async inbox() {
      const { rows } = await pool.query<InboxRow>(selectInbox).catch(unavailable('status'));
      const { waiting = 0, since, parked = 0 } = rows[0] ?? {};
      const latest =
        parked > 0 ? await pool.query<ParkedRow>(selectLatestParked).catch(unavailable('status')) : undefined;
      return omitUndefined({
        waiting,
        since: since?.toISOString(),
        parked,
        latestParked: latest?.rows.map(({ at, ...rest }) => ({ ...rest, at: at.toISOString() }))[0],
      });
    },
    async leases() {
      return { read: await countLeases(selectReadLeases), grants: await countLeases(selectGrants) };
    },
  };
}

interface InboxRow {
  waiting: number;
  since: Date | null;
  parked: number;
}

interface ParkedRow {
  cluster: string;
  trace: string;
  at: Date;
  reason: string;
}

const selectInbox = `
  SELECT count(*)::int AS waiting, min(received_at) AS since,
    (SELECT count(*)::int FROM inbox WHERE parked IS NOT NULL) AS parked
  FROM inbox WHERE relayed_at IS NULL`;
const selectLatestParked = `
  SELECT cluster, trace, relayed_at AS at, parked AS reason FROM inbox WHERE parked IS NOT NULL
  ORDER BY relayed_at DESC LIMIT 1`;
const selectReadLeases = `
  SELECT cluster, incident, count(*)::int AS alive FROM read_leases WHERE revoked_at IS NULL
  GROUP BY cluster, incident ORDER BY cluster, incident LIMIT 500`;
const selectGrants = `
  SELECT lease.cluster, incident, count(*)::int AS alive
  FROM execution_leases AS lease JOIN executions ON executions.id = lease.execution WHERE revoked_at IS NULL
  GROUP BY lease.cluster, incident ORDER BY lease.cluster, incident LIMIT 500`;
