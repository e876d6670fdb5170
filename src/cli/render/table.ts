import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';
import { cutTo, textWidth, wrapTo } from './text-width.ts';
import type { Style, Terminal } from './terminal.ts';

/** A text, which may be untrusted. Rendering escapes the text. */
export type Cell = string | { text: string; style: Style };

/** The layout of one column of a table. */
export interface Column {
  /** Undefined in a table without a header. */
  title?: string;
  /**
   * How the column gets narrower on a narrow terminal. A column without `fit` never gets narrower, so ids and digests
   * stay whole.
   */
  fit?: 'cut' | 'wrap';
  align?: 'right';
  /** Smallest width, in characters of the terminal. It aligns the columns of rows that are printed one at a time. */
  minWidth?: number;
}

/** A table. Each row has one cell for each column. */
export interface Table {
  columns: readonly Column[];
  rows: readonly (readonly Cell[])[];
}

const gap = 2;
/** A column with `fit` does not get narrower than this number of characters, so the text stays readable. */
const smallestWidth = { cut: 12, wrap: 24 };

/**
 * Renders a table: a header if columns have titles, then the rows, in columns that are two spaces apart. On a narrow
 * terminal, the columns that have `fit` are cut or wrapped. In a file or a pipe nothing is cut or wrapped.
 */
export function renderTable({ columns, rows }: Table, terminal: Terminal): string[] {
  const header = columns.map(({ title = '' }): Cell => ({ text: title, style: 'bold' }));
  const all = (columns.some(({ title }) => title) ? [header, ...rows] : rows).map((row) => row.map(escaped));
  const widths = fitted(columns, all, terminal.columns);
  return all.flatMap((row) => renderRow(columns, widths, row, terminal));
}

interface Escaped {
  text: string;
  style?: Style;
}

/** Escapes the text of a cell for a terminal. */
export function escaped(cell: Cell): Escaped {
  return typeof cell === 'string'
    ? { text: escapeForTerminal(cell) }
    : { text: escapeForTerminal(cell.text), style: cell.style };
}

/** Returns the text with the control sequences of its style. */
export function styled({ text, style }: Escaped, terminal: Terminal): string {
  return style && text ? terminal.style(style, text) : text;
}

/**
 * Returns the width of each column. While the rows are wider than `available`, the widest column loses one character.
 * Columns that must not get narrower are skipped.
 */
function fitted(columns: readonly Column[], rows: Escaped[][], available: number | undefined): number[] {
  const texts = columns.map((_, index) => rows.map((row) => row[index]?.text ?? ''));
  const widths = columns.map(({ minWidth = 0 }, index) => Math.max(minWidth, ...(texts[index] ?? []).map(textWidth)));
  if (available === undefined) return widths;
  const smallest = columns.map(({ fit }, index) => (fit ? smallestWidth[fit] : (widths[index] ?? 0)));
  const total = widths.reduce((sum, width) => sum + width, gap * (columns.length - 1));
  for (let over = total - available; over > 0; over -= 1) {
    const shrinkable = widths.map((width, index) => (width > (smallest[index] ?? 0) ? width : 0));
    const widest = shrinkable.indexOf(Math.max(...shrinkable));
    if (!shrinkable[widest]) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function renderRow(
  columns: readonly Column[],
  widths: readonly number[],
  row: readonly Escaped[],
  terminal: Terminal,
): string[] {
  const cells = columns.map(({ fit }, index) => linesOf(row[index]?.text ?? '', fit, widths[index] ?? 0));
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    columns
      .map(({ align }, index) => {
        const text = cells[index]?.[line] ?? '';
        const space = ' '.repeat(Math.max(0, (widths[index] ?? 0) - textWidth(text)));
        const shown = styled({ ...row[index], text }, terminal);
        return align === 'right' ? space + shown : shown + space;
      })
      .join(' '.repeat(gap))
      .trimEnd(),
  );
}

function linesOf(text: string, fit: Column['fit'], width: number): string[] {
  if (fit === 'wrap') return wrapTo(text, width);
  return [fit === 'cut' ? cutTo(text, width) : text];
}
