import type { StoredRecord } from '../../../domain/journal/journal-entry.ts';

/**
 * Every column of the table `journal`, for a SELECT. The time is read as text, because it has microseconds and a
 * JavaScript Date has only milliseconds.
 */
export const journalColumns = `
  seq, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, writer, kind, incident, trace, message, body`;

/** A row that was read with `journalColumns`. `seq` is text, because the PostgreSQL client returns a bigint as text. */
export interface JournalRow extends Omit<StoredRecord, 'seq'> {
  seq: string;
}

/** Converts a row to a record: the `seq` of the record is a number. */
export function storedRecord({ seq, ...rest }: JournalRow): StoredRecord {
  return { ...rest, seq: Number(seq) };
}
