import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapeForTerminal } from './escape-for-terminal.ts';

test('leaves ordinary text of any script unchanged', () => {
  for (const text of ['CPU > 80 % on web-7f', 'größer, 重启, перезапуск', '100 € 🚀'])
    assert.equal(escapeForTerminal(text), text);
});

const hostile: [string, string, string][] = [
  ['a terminal escape sequence', '\u001b[2J', '\\u{1b}[2J'],
  ['a C1 escape sequence', '\u009b31m', '\\u{9b}31m'],
  ['line breaks', 'a\nb\rc', 'a\\u{a}b\\u{d}c'],
  ['a bidirectional override', '\u202eevil', '\\u{202e}evil'],
  ['bidirectional isolates', '\u2066x\u2069', '\\u{2066}x\\u{2069}'],
  ['zero-width characters', 'we\u200bb\ufeff', 'we\\u{200b}b\\u{feff}'],
  ['a tag character', '\u{e0041}', '\\u{e0041}'],
  ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
  ['a lone surrogate', 'a\ud800b', 'a\\u{d800}b'],
  ['characters that look like a space', 'a\u3164b\u00a0c', 'a\\u{3164}b\\u{a0}c'],
  ['combining marks', 'a\u0301\u20dd', 'a\\u{301}\\u{20dd}'],
  ['a combining grapheme joiner', 'a\u034fb', 'a\\u{34f}b'],
  ['Khmer inherent vowels', '\u17b4\u17b5', '\\u{17b4}\\u{17b5}'],
  ['Hangul fillers', '\u115f\u1160\uffa0', '\\u{115f}\\u{1160}\\u{ffa0}'],
  ['a variation selector', 'a\ufe0f', 'a\\u{fe0f}'],
  ['a blank Braille pattern', '\u2800', '\\u{2800}'],
  ['the backslash of a forged escape', '\\u{202e}', '\\\\u{202e}'],
];
for (const [name, text, shown] of hostile) {
  test(`escapes ${name}`, () => assert.equal(escapeForTerminal(text), shown));
}
