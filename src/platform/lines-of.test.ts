import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesOf } from './lines-of.ts';

async function* pieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collected(lines: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

test('finds lines wherever the text is cut, also within a character', async () => {
  for (let size = 1; size < 12; size += 1) {
    const lines = await collected(linesOf(pieces('é1\n\r\n2ü\r3\nrest', size), 100));
    assert.deepEqual(lines, ['é1', '', '2ü', '3']);
  }
});

test('a line without an end is refused', async () => {
  await assert.rejects(collected(linesOf(pieces('x'.repeat(20), 5), 10)), { name: 'RangeError' });
});
