import assert from 'node:assert/strict';
import { test } from 'node:test';
import { either } from './either.ts';
import { plural } from './plural.ts';

test('joins alternatives with commas and one `or`', () => {
  assert.deepEqual([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(either), ['', 'a', 'a or b', 'a, b or c']);
});

test('a number has the noun in its singular or plural', () => {
  assert.deepEqual(
    [plural(1, 'alert'), plural(0, 'alert'), plural(2, 'person', 'people')],
    ['1 alert', '0 alerts', '2 people'],
  );
});
