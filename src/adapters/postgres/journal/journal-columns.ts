import type { StoredRecord } from '../../../domain/journal/journal-entry.ts';

/** Every column of the journal. The time is read as text, because a JavaScript Date would cut off its microseconds. */
export const journalColumns = `
  seq, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, writer, kind, incident, trace, message, body`;

/** A row that a query for `journalColumns` returns. PostgreSQL's client returns the bigint `seq` as text. */
export interface JournalRow extends Omit<StoredRecord, 'seq'> {
  seq: string;
}

/** Converts a row to a record: `seq` becomes a number. */
export function storedRecord({ seq, ...rest }: JournalRow): StoredRecord {
  return { ...rest, seq: Number(seq) };
}
