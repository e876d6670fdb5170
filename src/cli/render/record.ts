import { recordKinds, type JournalRecord } from '../../domain/journal/journal.ts';
import type { View } from './output.ts';
import { renderTable, type Cell, type Column, type Table } from './table.ts';
import type { Terminal } from './terminal.ts';

const longestKind = Math.max(...recordKinds.map((kind) => kind.length));
/** Length of `observe` and `gateway`, the longest names of writers. */
const longestWriter = 7;

/** Returns a table with one row per record; `wide` adds the trace. */
export function recordTable(records: readonly JournalRecord[], { wide }: Pick<View, 'wide'>): Table {
  const columns: Column[] = [
    { title: 'SEQ', align: 'right' },
    { title: 'TIME' },
    { title: 'WRITER' },
    { title: 'RECORD' },
    { title: 'MESSAGE', fit: 'wrap' },
  ];
  const trace: Column[] = wide ? [{ title: 'TRACE' }] : [];
  const rows = records.map((record) => [...cellsOf(record), ...(wide ? [record.trace] : [])]);
  return { columns: [...columns, ...trace], rows };
}

/**
 * Renders one record as one row, for commands that print one record at a time, such as `airlock incidents watch`. The
 * columns of all rows are aligned. If the terminal's width is not known, the row is one line.
 * @param leadingCells cells in front of the cells of the record, such as the incident.
 */
export function renderRecord(
  record: JournalRecord,
  terminal: Terminal,
  leadingCells: readonly string[] = [],
): string[] {
  const columns: Column[] = [
    ...leadingCells.map(() => ({})),
    { align: 'right', minWidth: 5 },
    {},
    { minWidth: longestWriter },
    { minWidth: longestKind },
    { fit: 'wrap' },
  ];
  return renderTable({ columns, rows: [[...leadingCells, ...cellsOf(record)]] }, terminal);
}

/** The writer is a PostgreSQL role, such as `airlock_gateway`. The cell shows `gateway`. */
function cellsOf({ seq, at, writer, kind, message }: JournalRecord): Cell[] {
  return [String(seq), at, writer.replace(/^airlock_/, ''), kind, message];
}
