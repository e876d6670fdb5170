import { concatBytes } from '@noble/hashes/utils.js';
import { refused } from '../lib/error.ts';
import { maxEntryBytes } from '../domain/journal/journal-entry.ts';
import type { MerkleTree } from './merkle-tree.ts';

/** Hashes of a whole tile, and entries of a whole bundle (C2SP tlog-tiles). */
export const tileWidth = 256;

/** A stretch of one level of the tree: hashes of whole tiles below, or at level 0 of leaves; or the entries themselves. */
export interface Tile {
  level: number | 'entries';
  index: number;
  /** 256, or fewer at the right edge of the tree. */
  width: number;
}

/** Where a tile stands in an export. Index 1234067 is `x001/x234/067`. */
export function tilePath({ level, index, width }: Tile): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.../g) ?? [];
  const place = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${place}${width < tileWidth ? `.p/${width}` : ''}`;
}

/** Every tile of the tree of that size, and every bundle of its entries. */
export function tilesOf(size: number): Tile[] {
  const tiles = row('entries', size);
  for (let [level, nodes] = [0, size]; nodes > 0; level += 1, nodes = Math.floor(nodes / tileWidth)) {
    tiles.push(...row(level, nodes));
  }
  return tiles;
}

function row(level: Tile['level'], nodes: number): Tile[] {
  return Array.from({ length: Math.ceil(nodes / tileWidth) }, (_, index) => {
    return { level, index, width: Math.min(tileWidth, nodes - index * tileWidth) };
  });
}

/** The hashes of a tile, one after the other. */
export function tileBytes(tree: MerkleTree, { level, index, width }: Tile & { level: number }): Uint8Array {
  const height = level * Math.log2(tileWidth);
  return concatBytes(...Array.from({ length: width }, (_, at) => tree.subtree(height, index * tileWidth + at)));
}

/** Entries one after the other, each behind its length in two bytes, the larger first. */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  return concatBytes(
    ...entries.flatMap((entry) => [Uint8Array.of(entry.length >> 8, entry.length & 255), checked(entry)]),
  );
}

/** The entries of a bundle. @throws AirlockError `export-refused` where lengths and bytes do not fit. */
export function decodeBundle(bytes: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    const end = at + 2 + length;
    if (end > bytes.length) throw refused('export-refused', 'a bundle of entries ends in the middle of an entry');
    entries.push(bytes.slice(at + 2, end));
    at = end;
  }
  return entries;
}

function checked(entry: Uint8Array): Uint8Array {
  if (entry.length <= maxEntryBytes) return entry;
  throw new RangeError(`an entry of ${entry.length} bytes fits no bundle`);
}
