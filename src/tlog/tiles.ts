import { concatBytes } from '@noble/hashes/utils.js';
import { refused } from '../lib/error.ts';
import type { MerkleTree } from './merkle-tree.ts';

/** Number of hashes in a full tile, and of entries in a full bundle (C2SP tlog-tiles). */
export const tileWidth = 256;

/**
 * Size limit of an entry, bytes. In a bundle, the length of an entry is a 16-bit number (C2SP tlog-tiles, "Log
 * entries").
 */
const maxEntryBytes = 65_535;

/**
 * One file of an exported journal (C2SP tlog-tiles): up to 256 hashes of one level, or a bundle of up to 256 entries.
 * Level 0 contains the hashes of the leaves. On a higher level, each hash is the root of 256 hashes of the level below.
 */
export interface Tile {
  /** Level of the hashes; `entries` for a bundle. */
  level: number | 'entries';
  /** Number of the tile in its level, from 0. */
  index: number;
  /** Number of hashes or entries: 256, or fewer in the last tile of a level. */
  width: number;
}

/** Returns the path of a tile in an export. Index 1234067 becomes `x001/x234/067`. */
export function tilePath({ level, index, width }: Tile): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.../g) ?? [];
  const path = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${path}${width < tileWidth ? `.p/${width}` : ''}`;
}

/** Returns all tiles of a tree with `size` leaves, and all bundles of its entries. */
export function tilesOf(size: number): Tile[] {
  const tiles = tilesOfLevel('entries', size);
  for (let [level, nodes] = [0, size]; nodes > 0; level += 1, nodes = Math.floor(nodes / tileWidth)) {
    tiles.push(...tilesOfLevel(level, nodes));
  }
  return tiles;
}

function tilesOfLevel(level: Tile['level'], nodes: number): Tile[] {
  return Array.from({ length: Math.ceil(nodes / tileWidth) }, (_, index) => {
    return { level, index, width: Math.min(tileWidth, nodes - index * tileWidth) };
  });
}

/** Returns the content of a tile: its hashes, concatenated. */
export function tileBytes(tree: MerkleTree, { level, index, width }: Tile & { level: number }): Uint8Array {
  const height = level * Math.log2(tileWidth);
  return concatBytes(...Array.from({ length: width }, (_, at) => tree.subtree(height, index * tileWidth + at)));
}

/**
 * Returns the content of a bundle: for each entry, its length as a 16-bit big-endian integer, then its bytes.
 * @throws RangeError for an entry that is longer than `maxEntryBytes`.
 */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  return concatBytes(
    ...entries.flatMap((entry) => [Uint8Array.of(entry.length >> 8, entry.length & 255), checked(entry)]),
  );
}

/**
 * Returns the entries of a bundle.
 * @param path path of the bundle, for the error.
 * @throws AirlockError `export-refused` if the last entry is cut off.
 */
export function decodeBundle(bytes: Uint8Array, path: string): Uint8Array[] {
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    const end = at + 2 + length;
    if (end > bytes.length) throw refused('export-refused', `${path} ends within an entry: export the journal again`);
    entries.push(bytes.slice(at + 2, end));
    at = end;
  }
  return entries;
}

function checked(entry: Uint8Array): Uint8Array {
  if (entry.length <= maxEntryBytes) return entry;
  throw new RangeError(`an entry of ${entry.length} bytes exceeds the limit of ${maxEntryBytes} bytes`);
}
