import type { NewRecord } from '../../../domain/journal/journal.ts';
import { withParsedBody } from '../../../domain/journal/journal-entry.ts';
import { canonicalJson } from '../../../lib/json/json.ts';
import type { Blobs, Journal, JournalReader } from '../../../domain/journal/ports.ts';
import { journalColumns, storedRecord, type JournalRow } from './journal-columns.ts';
import { selectOverview, selectPersonsIncidents, selectRecent } from './journal-queries.ts';
import type { Pool } from '../pool.ts';
import { unavailable } from '../unavailable.ts';

/**
 * Largest body of a record, in bytes. A constraint of the table `journal` has the same limit. The reason: a record is
 * encoded as an entry of the journal's Merkle tree, and an entry has at most 65,535 bytes (C2SP tlog-tiles).
 */
const maxBodyBytes = 40_960;

/**
 * Creates a journal that stores its records in PostgreSQL. The writer of a record is the database role that is logged
 * in. `append` returns when the record is on disk. If the JSON of a body is larger than `maxBodyBytes`, this JSON is
 * stored as a blob. The record then contains the digest of the blob instead of the body.
 */
export function createJournal(pool: Pool, blobs: Pick<Blobs, 'put'>): Journal {
  return {
    async append(record) {
      const fits = Buffer.byteLength(canonicalJson(record.body)) <= maxBodyBytes;
      const body = fits ? record.body : { blob: await blobs.put(record.body) };
      await pool
        .query('SELECT journal_append($1, $2, $3, $4, $5)', appendArguments({ ...record, body }))
        .catch(unavailable('journal'));
    },
  };
}

/**
 * Returns the five arguments of the SQL function `journal_append`, which returns the sequence number of the new record.
 * PostgreSQL refuses a body that is larger than `maxBodyBytes`.
 */
export function appendArguments({ kind, incident, trace, message, body }: NewRecord): string[] {
  // Only the first 2,000 characters of a message are stored. A message may quote text from a cluster. That text can
  // contain NUL characters. PostgreSQL's type `text` cannot store NUL, so each NUL is replaced.
  const storedMessage = message.slice(0, 2000).replaceAll('\0', '\\u{0}');
  return [kind, incident, trace, storedMessage, canonicalJson(body)];
}

/**
 * Creates a reader of the journal in PostgreSQL. Only the database roles of `airlock serve` and `airlock gateway` may
 * read the journal.
 */
export function createJournalReader(pool: Pool): JournalReader {
  const select = async (sql: string, values: unknown[]): ReturnType<JournalReader['read']> => {
    const { rows } = await pool.query<JournalRow>(sql, values).catch(unavailable('journal'));
    return rows.map((row) => withParsedBody(storedRecord(row)));
  };
  return {
    read: (incident) => select(`SELECT ${journalColumns} FROM journal WHERE incident = $1 ORDER BY seq`, [incident]),
    recent: (incident) => select(selectRecent, [incident]),
    overview: () => select(selectOverview, []),
    async openedByPerson(name) {
      const { rows } = await pool
        .query<{ incident: string }>(selectPersonsIncidents, [`"name":${JSON.stringify(name)}`])
        .catch(unavailable('journal'));
      return rows.map(({ incident }) => incident);
    },
    readAfter: (seq, limit) =>
      select(`SELECT ${journalColumns} FROM journal WHERE seq > $1 ORDER BY seq LIMIT $2`, [seq, limit]),
    async last() {
      const { rows } = await pool
        .query<{ last: string }>('SELECT coalesce(max(seq), 0) AS last FROM journal')
        .catch(unavailable('journal'));
      return Number(rows[0]?.last);
    },
  };
}
