import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { asciiJson, print, type OutputFormat } from './output.ts';
import { plainTerminal } from './terminal.ts';

function printed(format: OutputFormat, value: unknown): string {
  const chunks: string[] = [];
  const output = { format, terminal: plainTerminal, write: (chunk: string) => chunks.push(chunk) };
  print(output, value, (_value, { wide }) => ['a line', wide ? 'a wide line' : 'a short line']);
  return chunks.join('');
}

describe('print', () => {
  test('json: exactly one document, equal to the value, and nothing else', () => {
    const value = [{ id: 'inc-1', name: 'x\u001b[2J\u202e ü \ud83d\ude00 \u007f\u2028' }];
    const text = printed('json', value);
    assert.deepEqual(JSON.parse(text), value);
    assert.doesNotMatch(text, /[^\x20-\x7e\n]/);
    assert.equal(printed('json', []), '[]\n');
  });

  test('table and wide: one line each', () => {
    assert.equal(printed('table', []), 'a line\na short line\n');
    assert.equal(printed('wide', []), 'a line\na wide line\n');
  });

  test('a document of a stream is one line', () => {
    assert.equal(asciiJson({ text: 'a\nb' }), '{"text":"a\\nb"}');
  });
});
