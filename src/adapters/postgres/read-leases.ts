import type { ReadLeaseRecords, ReadLeaseRecord } from '../../observation/lease-records.ts';
import type { Pool } from './pool.ts';
import { unavailable } from './unavailable.ts';

/**
 * Creates the store of read leases in PostgreSQL. A read lease is a Vault lease with which `airlock observe` reads one
 * cluster. The database role of `airlock observe` can read rows, insert rows and set `revoked_at`. The role has no
 * other right on the table.
 */
export function createReadLeaseRecords(pool: Pool): ReadLeaseRecords {
  return {
    async recordIssued({ leaseId, cluster, incident, trace, account }) {
      await pool.query(insert, [leaseId, cluster, incident, trace, account]).catch(unavailable('read-leases'));
    },
    async listUnrevoked(filter) {
      const { rows } = await pool
        .query<ReadLeaseRecord>(select, [filter?.cluster ?? null, filter?.incident ?? null])
        .catch(unavailable('read-leases'));
      return rows;
    },
    async recordRevoked(leaseId) {
      await pool.query(markRevoked, [leaseId]).catch(unavailable('read-leases'));
    },
  };
}

const insert = `
  INSERT INTO read_leases (lease_id, cluster, incident, trace, account) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (lease_id) DO NOTHING`;

const select = `
  SELECT lease_id AS "leaseId", cluster, incident, trace, account FROM read_leases
  WHERE revoked_at IS NULL AND ($1::text IS NULL OR (cluster = $1 AND incident = $2)) ORDER BY issued_at`;

const markRevoked = `UPDATE read_leases SET revoked_at = clock_timestamp() WHERE lease_id = $1 AND revoked_at IS NULL`;
