import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeBundle, encodeBundle, tilePath, tilesOf } from './tiles.ts';

const paths = (size: number): string[] => tilesOf(size).map(tilePath);

test("builds the paths of the format's own examples", () => {
  assert.equal(tilePath({ level: 0, index: 1234067, width: 256 }), 'tile/0/x001/x234/067');
  assert.equal(tilePath({ level: 'entries', index: 0, width: 3 }), 'tile/entries/000.p/3');
  assert.deepEqual(paths(0), []);
  assert.deepEqual(paths(256), ['tile/entries/000', 'tile/0/000', 'tile/1/000.p/1']);
});

test('a tree of 70,000 has 273 full tiles and one of 112 at level 0, then one full and one of 17, then one of 1', () => {
  const tiles = tilesOf(70_000);
  for (const level of ['entries', 0]) assert.equal(tiles.filter((tile) => tile.level === level).length, 274);
  assert.deepEqual(paths(70_000).slice(-4), ['tile/0/273.p/112', 'tile/1/000', 'tile/1/001.p/17', 'tile/2/000.p/1']);
});

test('decodes the bundle that it encoded, and refuses an entry above the largest size', () => {
  const entries = [new Uint8Array(), Uint8Array.of(1, 2), new Uint8Array(65_535).fill(7)];
  assert.deepEqual(decodeBundle(encodeBundle(entries), 'tile/entries/000'), entries);
  assert.throws(() => encodeBundle([new Uint8Array(65_536)]), RangeError);
});

test('refuses a bundle whose last entry is incomplete', () => {
  const bundle = encodeBundle([Uint8Array.of(1, 2, 3)]);
  for (let length = 1; length < bundle.length; length += 1) {
    assert.throws(() => decodeBundle(bundle.slice(0, length), 'tile/entries/000'), {
      code: 'export-refused',
      message: 'the last entry of tile/entries/000 is incomplete: export the journal again',
    });
  }
});
