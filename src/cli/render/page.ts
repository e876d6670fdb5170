import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';
import { escaped, renderTable, styled, type Cell, type Table } from './table.ts';
import type { Terminal } from './terminal.ts';
import { wrapTo } from './text-width.ts';

/** A section of a page: a title, then lines and tables. */
export type Section = [title: string, blocks: readonly (Cell | Table)[]];

const indent = '  ';
const narrowestColumns = 20;

/**
 * Renders sections as the lines of one page. A section without blocks shows `none`. Every text is escaped, including
 * line breaks, so untrusted text cannot control the terminal. Long lines wrap at the terminal's width.
 */
export function renderPage(sections: readonly Section[], terminal: Terminal): string[] {
  const columns =
    terminal.columns === undefined ? undefined : Math.max(narrowestColumns, terminal.columns - indent.length);
  const indented = { ...terminal, columns };
  return sections.flatMap(([title, blocks], index) => [
    ...(index > 0 ? [''] : []),
    terminal.style('bold', escapeForTerminal(title)),
    ...(blocks.length > 0 ? blocks : ['none'])
      .flatMap((block) => renderBlock(block, indented))
      .map((line) => indent + line),
  ]);
}

function renderBlock(block: Cell | Table, terminal: Terminal): string[] {
  if (typeof block === 'object' && 'rows' in block) return renderTable(block, terminal);
  const { text, style } = escaped(block);
  const lines = terminal.columns === undefined ? [text] : wrapTo(text, terminal.columns);
  return lines.map((line) => styled(style ? { text: line, style } : { text: line }, terminal));
}
