import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderPage } from './page.ts';
import { plainTerminal } from './terminal.ts';

describe('renderPage', () => {
  test('indents lines and tables below their titles, and says where a section is empty', () => {
    const table = { columns: [{}, {}], rows: [['cluster', 'east']] };
    assert.deepEqual(
      renderPage(
        [
          ['ONE', ['a line', table]],
          ['TWO', []],
        ],
        plainTerminal,
      ),
      ['ONE', '  a line', '  cluster  east', '', 'TWO', '  none'],
    );
  });

  test('wraps lines at the width of the terminal', () => {
    const lines = renderPage([['ONE', ['the quick brown fox jumps over the dog']]], { ...plainTerminal, columns: 24 });
    assert.deepEqual(lines, ['ONE', '  the quick brown fox', '  jumps over the dog']);
  });

  test('escapes titles and lines', () => {
    assert.deepEqual(renderPage([['A\n', ['x\u001b[2J']]], plainTerminal), ['A\\u{a}', '  x\\u{1b}[2J']);
  });
});
