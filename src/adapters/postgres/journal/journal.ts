import { viewRecordKinds } from '../../../domain/incident/incident-view.ts';
import { journalRecord } from '../../../domain/journal/journal-entry.ts';
import { canonicalJson } from '../../../lib/json/json.ts';
import type { Blobs, Journal, JournalReader } from '../../../domain/journal/ports.ts';
import { journalColumns, storedRecord, type JournalRow } from './journal-columns.ts';
import type { Pool } from '../pool.ts';
import { unavailable } from '../unavailable.ts';

/**
 * Largest body of a record, bytes. The database schema has the same limit, because a record must fit into one entry of
 * the journal's Merkle tree.
 */
const maxBodyBytes = 40_960;

/**
 * Appends to the journal. The writer of a record is the database role that is logged in. A call returns when the record
 * is on disk. A body that is too large for a record is stored as a blob, and the record contains the blob's digest.
 */
export function createJournal(pool: Pool, blobs: Pick<Blobs, 'put'>): Journal {
  return {
    async append({ kind, incident, trace, message, body }) {
      // A message may quote text from a cluster, and that text can contain NUL. NUL is replaced, because PostgreSQL's
      // type `text` cannot store it.
      const storable = message.slice(0, 2000).replaceAll('\0', '\\u{0}');
      const whole = canonicalJson(body);
      const fits = Buffer.byteLength(whole) <= maxBodyBytes;
      const text = fits ? whole : canonicalJson({ blob: await blobs.put(body) });
      const row = [kind, incident, trace, storable, text];
      await pool.query('SELECT journal_append($1, $2, $3, $4, $5)', row).catch(unavailable('journal'));
    },
  };
}

/** Reads the journal. Only the database roles of `airlock serve` and `airlock gateway` may read it. */
export function createJournalReader(pool: Pool): JournalReader {
  const read = async (sql: string, values: unknown[]): ReturnType<JournalReader['read']> => {
    const { rows } = await pool.query<JournalRow>(sql, values).catch(unavailable('journal'));
    return rows.map((row) => journalRecord(storedRecord(row)));
  };
  return {
    read: (incident) => read(`SELECT ${journalColumns} FROM journal WHERE incident = $1 ORDER BY seq`, [incident]),
    overview: () => read(overview, [viewRecordKinds]),
    readAfter: (seq, limit) =>
      read(`SELECT ${journalColumns} FROM journal WHERE seq > $1 ORDER BY seq LIMIT $2`, [seq, limit]),
    async last() {
      const { rows } = await pool
        .query<{ last: string }>('SELECT coalesce(max(seq), 0) AS last FROM journal')
        .catch(unavailable('journal'));
      return Number(rows[0]?.last);
    },
  };
}

// `viewed` has the records from which the list of incidents is computed. `latest` has the last record of each incident;
// the index `journal_by_incident` makes this part fast.
const overview = `
  WITH viewed AS (SELECT seq, incident FROM journal WHERE writer = 'airlock_serve' AND kind = ANY ($1)),
  latest AS (
    SELECT (SELECT max(seq) FROM journal WHERE incident = known.incident) AS seq
    FROM (SELECT DISTINCT incident FROM viewed) AS known
  )
  SELECT ${journalColumns} FROM journal
  WHERE seq IN (SELECT seq FROM viewed UNION SELECT seq FROM latest) ORDER BY seq`;
