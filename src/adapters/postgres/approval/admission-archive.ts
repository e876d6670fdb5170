import pg from 'pg';
import type { AdmissionArchive, ArchivedAdmission } from '../../../execution/ports.ts';
import { appendArguments } from '../journal/journal.ts';
import type { Pool } from '../pool.ts';
import { unavailable } from '../unavailable.ts';

/**
 * Creates the gateway's archive of admitted decisions, requests and edits in PostgreSQL. The gateway's database role can
 * insert and read rows, but cannot change or delete a row.
 */
export function createAdmissionArchive(pool: Pool): AdmissionArchive {
  return {
    async add({ id, kind, incident, content, token, key, admittedAt, mac }, record) {
      const row = [id, kind, incident, content, token, key, admittedAt, mac];
      await pool.query(insert, [...row, ...appendArguments(record)]).catch((error: Error) => {
        // One statement appends the record and inserts the row, so the record of a second row is rolled back too.
        const isArchived = error instanceof pg.DatabaseError && error.constraint === 'admissions_pkey';
        if (!isArchived) unavailable('admissions')(error);
      });
    },
    async ofIncident(incident) {
      const { rows } = await pool.query<Row>(select, [incident]).catch(unavailable('admissions'));
      return rows.map(({ admitted_at, record, ...row }) => ({
        ...row,
        admittedAt: admitted_at.toISOString(),
        record: Number(record),
      }));
    },
  };
}

const insert = `
  INSERT INTO admissions (id, kind, incident, content, token, key, admitted_at, mac, record)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, journal_append($9, $10, $11, $12, $13))`;

const select = `
  SELECT kind, incident, content, token, key, admitted_at, mac, record FROM admissions
  WHERE incident = $1 ORDER BY record`;

interface Row extends Omit<ArchivedAdmission, 'admittedAt' | 'record'> {
  admitted_at: Date;
  /** A bigint: the PostgreSQL client returns it as text. */
  record: string;
}
