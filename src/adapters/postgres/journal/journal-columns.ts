import type { StoredRecord } from '../../../domain/journal/journal-entry.ts';

/** Every column as it is stored. The instant in microseconds: a JavaScript date would cut them off. */
export const journalColumns = `
  seq, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, process, kind, incident, trace, fact, body`;

/** What comes of these columns; PostgreSQL's client gives a bigint as text. */
export interface JournalRow extends Omit<StoredRecord, 'seq'> {
  seq: string;
}

/** The record of a row. */
export function storedRecord({ seq, ...rest }: JournalRow): StoredRecord {
  return { ...rest, seq: Number(seq) };
}
