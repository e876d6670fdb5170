import { AirlockError } from '../../../lib/error.ts';
import { entryOf } from '../../../domain/journal/journal-entry.ts';
import type { JournalEntries } from '../../../domain/journal/ports.ts';
import { journalColumns, storedRecord, type JournalRow } from './journal-columns.ts';
import type { Pool } from '../pool.ts';
import { unavailable } from '../unavailable.ts';

/** The journal's records as entries of the journal's Merkle tree, read from PostgreSQL at each call. */
export function createJournalEntries(pool: Pool): JournalEntries {
  return {
    async size() {
      const { rows } = await pool
        .query<{ size: string }>('SELECT coalesce(max(seq), 0) AS size FROM journal')
        .catch(unavailable('journal'));
      return Number(rows[0]?.size);
    },
    async read(first, last) {
      const { rows } = await pool.query<JournalRow>(select, [first, last]).catch(unavailable('journal'));
      const records = rows.map(storedRecord);
      const firstWrong = records.findIndex((record, index) => record.seq !== first + index);
      const missing = firstWrong < 0 ? first + records.length : first + firstWrong;
      if (missing <= last) throw gap(missing);
      return records.map(entryOf);
    },
  };
}

const select = `SELECT ${journalColumns} FROM journal WHERE seq BETWEEN $1 AND $2 ORDER BY seq`;

function gap(seq: number): AirlockError {
  return new AirlockError({
    code: 'journal-corrupt',
    message: `record ${seq} of the journal is missing, so somebody changed the database: leave it as it is and find out who`,
    details: { seq },
  });
}
