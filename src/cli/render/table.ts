import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';
import { cutTo, textWidth, wrapTo } from './text-width.ts';
import type { Style, Terminal } from './terminal.ts';

/** A text, which may be untrusted. `renderTable` and `renderPage` escape the text. */
export type Cell = string | { text: string; style: Style };

/** The layout of one column of a table. */
export interface Column {
  /** If no column has a title, the table has no header. */
  title?: string;
  /**
   * Says whether texts that are too wide for the terminal are cut or wrapped. A column without `fit` keeps its full
   * width, so ids and digests stay whole.
   */
  fit?: 'cut' | 'wrap';
  align?: 'right';
  /** Smallest width of a column without `fit`, in terminal columns. It aligns rows that are printed one at a time. */
  minWidth?: number;
}

/** A table. Each row has one cell for each column. */
export interface Table {
  columns: readonly Column[];
  rows: readonly (readonly Cell[])[];
}

const gap = 2;
/** A column with `fit` does not get narrower than this number of terminal columns, so its text stays readable. */
const narrowestFit = { cut: 12, wrap: 24 };

/**
 * Renders a table as lines. Two spaces separate the columns. On a narrow terminal, the texts of columns with `fit` are
 * cut or wrapped. In a file or a pipe, no text is cut or wrapped.
 */
export function renderTable({ columns, rows }: Table, terminal: Terminal): string[] {
  const header = columns.map(({ title = '' }): Cell => ({ text: title, style: 'bold' }));
  const allRows = (columns.some(({ title }) => title) ? [header, ...rows] : rows).map((row) => row.map(escaped));
  const widths = fittedWidths(columns, allRows, terminal.columns);
  return allRows.flatMap((row) => renderRow(columns, widths, row, terminal));
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

/** Adds the style to the text. A text without a style, or an empty text, is returned unchanged. */
export function styled({ text, style }: Escaped, terminal: Terminal): string {
  return style && text ? terminal.style(style, text) : text;
}

/**
 * Returns the width of each column, in terminal columns. While the rows are wider than the terminal, the widest column
 * with `fit` gets narrower. If no column can get narrower, the rows stay wider than the terminal.
 */
function fittedWidths(columns: readonly Column[], rows: Escaped[][], terminalWidth: number | undefined): number[] {
  const texts = columns.map((_, index) => rows.map((row) => row[index]?.text ?? ''));
  const widths = columns.map(({ minWidth = 0 }, index) => Math.max(minWidth, ...(texts[index] ?? []).map(textWidth)));
  if (terminalWidth === undefined) return widths;
  const smallest = columns.map(({ fit }, index) => (fit ? narrowestFit[fit] : (widths[index] ?? 0)));
  const total = widths.reduce((sum, width) => sum + width, gap * (columns.length - 1));
  for (let excess = total - terminalWidth; excess > 0; excess -= 1) {
    const shrinkableWidths = widths.map((width, index) => (width > (smallest[index] ?? 0) ? width : 0));
    const widest = shrinkableWidths.indexOf(Math.max(...shrinkableWidths));
    if (!shrinkableWidths[widest]) break;
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
