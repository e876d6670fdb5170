import { AirlockError } from '../../../lib/error.ts';
import type { StoredRecord } from '../../../domain/journal/journal-entry.ts';
import type { StoredRecords } from '../../../domain/journal/ports.ts';
import { journalColumns, storedRecord, type JournalRow } from './journal-columns.ts';
import type { Pool } from '../pool.ts';
import { unavailable } from '../unavailable.ts';

/** Creates a reader of the records of the journal in PostgreSQL. */
export function createStoredRecords(pool: Pool): StoredRecords {
  const select = async (condition: string, values: unknown[]): Promise<StoredRecord[]> => {
    const sql = `SELECT ${journalColumns} FROM journal WHERE ${condition} ORDER BY seq`;
    const { rows } = await pool.query<JournalRow>(sql, values).catch(unavailable('journal'));
    return rows.map(storedRecord);
  };
  return {
    async size() {
      const { rows } = await pool
        .query<{ size: string }>('SELECT coalesce(max(seq), 0) AS size FROM journal')
        .catch(unavailable('journal'));
      return Number(rows[0]?.size);
    },
    async read(first, last) {
      const seqs = Array.from({ length: last - first + 1 }, (_, index) => first + index);
      return allOf(seqs, await select('seq BETWEEN $1 AND $2', [first, last]));
    },
    at: async (seqs) => allOf(seqs, await select('seq = ANY ($1)', [seqs])),
  };
}

/** Returns the records, if they are exactly the records with these sequence numbers. */
function allOf(seqs: readonly number[], records: StoredRecord[]): StoredRecord[] {
  const missing = seqs.find((seq, index) => records[index]?.seq !== seq);
  if (missing === undefined) return records;
  throw new AirlockError({
    code: 'journal-corrupt',
    message: `record ${missing} of the journal is missing: keep the database as it is, and find out who removed the record`,
    details: { seq: missing },
  });
}
