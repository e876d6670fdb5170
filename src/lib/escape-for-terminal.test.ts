import assert from 'node:assert/strict';
import { test } from 'node:test';
import { visible } from './escape-for-terminal.ts';

test('OK: ordinary text of any script is left alone', () => {
  for (const text of ['CPU > 80 % on web-7f', 'größer, 重启, перезапуск', '100 € 🚀'])
    assert.equal(visible(text), text);
});

const hostile: [string, string, string][] = [
  ['terminal escape', '\u001b[2J', '\\u{1b}[2J'],
  ['C1 escape', '\u009b31m', '\\u{9b}31m'],
  ['new line', 'a\nb\rc', 'a\\u{a}b\\u{d}c'],
  ['bidi override', '\u202eevil', '\\u{202e}evil'],
  ['bidi isolate', '\u2066x\u2069', '\\u{2066}x\\u{2069}'],
  ['zero width', 'we\u200bb\ufeff', 'we\\u{200b}b\\u{feff}'],
  ['tag characters', '\u{e0041}', '\\u{e0041}'],
  ['line separator', 'a\u2028b', 'a\\u{2028}b'],
  ['lone surrogate', 'a\ud800b', 'a\\u{d800}b'],
  ['look-alike space', 'a\u3164b\u00a0c', 'a\\u{3164}b\\u{a0}c'],
  ['forged escape', '\\u{202e}', '\\\\u{202e}'],
];
for (const [name, text, shown] of hostile) {
  test(`made visible: ${name}`, () => assert.equal(visible(text), shown));
}
