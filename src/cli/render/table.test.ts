import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderTable, type Table } from './table.ts';
import { plainTerminal, type Terminal } from './terminal.ts';
import { textWidth } from './text-width.ts';

const digest = `sha256:${'1'.repeat(64)}`;
const table: Table = {
  columns: [
    { title: 'ID' },
    { title: 'COUNT', align: 'right' },
    { title: 'NAME', fit: 'cut' },
    { title: 'WHY', fit: 'wrap' },
  ],
  rows: [
    ['inc-0123456789abcdef', '7', 'a name that is rather long', 'the quick brown fox jumps over the lazy dog at night'],
    ['inc-1', '12', 'short', ''],
  ],
};
const narrow: Terminal = { ...plainTerminal, columns: 70 };

describe('renderTable', () => {
  test('aligns columns two spaces apart and leaves no space at the end of a line', () => {
    assert.deepEqual(
      renderTable(
        {
          ...table,
          rows: [
            ['a', '7', 'b', ''],
            ['long', '12', 'name', 'why'],
          ],
        },
        plainTerminal,
      ),
      ['ID    COUNT  NAME  WHY', 'a         7  b', 'long     12  name  why'],
    );
  });

  test('prints no header where no column has a title', () => {
    assert.deepEqual(renderTable({ columns: [{ minWidth: 3 }, {}], rows: [['a', 'b']] }, plainTerminal), ['a    b']);
  });

  test('shortens nothing in a file or a pipe', () => {
    const [, first] = renderTable(table, plainTerminal);
    assert.ok(first?.includes('a name that is rather long  the quick brown fox jumps over the lazy dog at night'));
  });

  test('fits a terminal: cuts with a visible mark, wraps at spaces, keeps ids whole', () => {
    const lines = renderTable(table, narrow);
    assert.ok(
      lines.every((line) => textWidth(line) <= 70),
      lines.join('\n'),
    );
    assert.match(lines[1] ?? '', /^inc-0123456789abcdef {2} {4}7 {2}a name[a-z ]*… {2}the quick/);
    const wrapped = lines.slice(1, 4).map((line) => line.slice(46));
    assert.deepEqual(wrapped, ['the quick brown fox', 'jumps over the lazy dog', 'at night']);
    assert.equal(lines.length, 5, 'a header, three lines of the first row, the second row');
  });

  test('never cuts or breaks a digest, however narrow the terminal is', () => {
    const columns = [{ title: 'DOSSIER' }, { title: 'MESSAGE', fit: 'wrap' }] as const;
    const lines = renderTable({ columns, rows: [[digest, `a plan ${digest}`]] }, { ...plainTerminal, columns: 20 });
    assert.equal(lines.join('\n').split(digest).length - 1, 2);
  });

  test('counts wide characters as the two cells that terminals give them', () => {
    const lines = renderTable(
      {
        columns: [{}, {}],
        rows: [
          ['日本', 'x'],
          ['abcd', 'x'],
        ],
      },
      plainTerminal,
    );
    assert.deepEqual(lines, ['日本  x', 'abcd  x']);
  });

  test('escapes every cell and title', () => {
    const lines = renderTable({ columns: [{ title: 'A\u001b[2J' }], rows: [['x\n\u202ey\\']] }, plainTerminal);
    assert.deepEqual(lines, ['A\\u{1b}[2J', 'x\\u{a}\\u{202e}y\\\\']);
  });

  test('colours the text of a cell and not the space around it', () => {
    const terminal: Terminal = { ...plainTerminal, style: (style, text) => `<${style}>${text}</>` };
    const rows = [[{ text: 'ok', style: 'green' as const }, 'x']];
    assert.deepEqual(renderTable({ columns: [{ title: 'RESULT' }, {}], rows }, terminal), [
      '<bold>RESULT</>',
      '<green>ok</>      x',
    ]);
  });
});
