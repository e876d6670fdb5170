import { recordKinds, type JournalRecord } from '../../domain/journal/journal.ts';
import type { View } from './output.ts';
import { renderTable, type Cell, type Column, type Table } from './table.ts';
import type { Terminal } from './terminal.ts';

const kindWidth = Math.max(...recordKinds.map((kind) => kind.length));
/** No name of a writer is longer than `gateway`. */
const writerWidth = 'gateway'.length;

/** Returns a table with one row per record. `wide` adds the trace id. */
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
 * Renders one record as one table row, for commands that print records one at a time. Smallest widths align the rows
 * of several calls. On a narrow terminal, one row can be several lines.
 * @param leadingCells cells before the cells of the record, such as the id of the incident.
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
    { minWidth: writerWidth },
    { minWidth: kindWidth },
    { fit: 'wrap' },
  ];
  return renderTable({ columns, rows: [[...leadingCells, ...cellsOf(record)]] }, terminal);
}

/** The writer is a PostgreSQL role, such as `airlock_gateway`. The cell shows only `gateway`. */
function cellsOf({ seq, at, writer, kind, message }: JournalRecord): Cell[] {
  return [String(seq), at, writer.replace(/^airlock_/, ''), kind, message];
}
