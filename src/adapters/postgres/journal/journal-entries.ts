import { AirlockError } from '../../../lib/error.ts';
import { entryOf } from '../../../domain/journal/journal-entry.ts';
import type { JournalEntries } from '../../../domain/journal/ports.ts';
import { journalColumns, storedRecord, type JournalRow } from './journal-columns.ts';
import type { Pool } from '../pool.ts';
import { unavailable } from '../unavailable.ts';

/**
 * Creates a reader of the journal in PostgreSQL. The reader returns each record as an entry of the journal's Merkle
 * tree.
 */
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
      const gapIndex = records.findIndex((record, index) => record.seq !== first + index);
      const firstMissing = first + (gapIndex < 0 ? records.length : gapIndex);
      if (firstMissing <= last) throw recordMissing(firstMissing);
      return records.map(entryOf);
    },
  };
}

const select = `SELECT ${journalColumns} FROM journal WHERE seq BETWEEN $1 AND $2 ORDER BY seq`;

function recordMissing(seq: number): AirlockError {
  return new AirlockError({
    code: 'journal-corrupt',
    message: `record ${seq} of the journal is missing: keep the database as it is, and find out who removed the record`,
    details: { seq },
  });
}
