import { concatBytes } from '@noble/hashes/utils.js';
import { refused } from '../lib/error.ts';
import type { MerkleTree } from './merkle-tree.ts';

/** Number of hashes in a full hash tile, and number of entries in a full bundle (C2SP tlog-tiles). */
export const tileWidth = 256;

/** Largest size of an entry, bytes. A bundle stores this size as a 16-bit number (C2SP tlog-tiles, "Log entries"). */
const maxEntryBytes = 65_535;

/**
 * A hash tile or a bundle: one file of an exported journal (C2SP tlog-tiles). A bundle contains up to 256 entries. A
 * hash tile contains up to 256 hashes of one level. Level 0 has the hashes of the entries. On a higher level, each hash
 * is the root of 256 hashes of the level below.
 */
export interface Tile {
  /** Level of a hash tile; `entries` for a bundle. */
  level: number | 'entries';
  /** Position of a hash tile in its level, or of a bundle among all bundles, from 0. */
  index: number;
  /** Number of hashes or entries: 256, or fewer in the last hash tile of a level and in the last bundle. */
  width: number;
}

/**
 * Returns the path of a tile in an export. For example, a full tile with index 1234067 of level 0 has the path
 * `tile/0/x001/x234/067`. A bundle with index 0 and 3 entries has the path `tile/entries/000.p/3`.
 */
export function tilePath({ level, index, width }: Tile): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.../g) ?? [];
  const path = groups.map((group, position) => (position < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${path}${width < tileWidth ? `.p/${width}` : ''}`;
}

/** Returns every bundle and every hash tile of a journal with `size` entries. */
export function tilesOf(size: number): Tile[] {
  const tiles = tilesOfLevel('entries', size);
  for (let [level, hashCount] = [0, size]; hashCount > 0; level += 1, hashCount = Math.floor(hashCount / tileWidth)) {
    tiles.push(...tilesOfLevel(level, hashCount));
  }
  return tiles;
}

function tilesOfLevel(level: Tile['level'], count: number): Tile[] {
  return Array.from({ length: Math.ceil(count / tileWidth) }, (_, index) => {
    return { level, index, width: Math.min(tileWidth, count - index * tileWidth) };
  });
}

/** Returns the content of a hash tile: its hashes, concatenated. */
export function tileBytes(tree: MerkleTree, { level, index, width }: Tile & { level: number }): Uint8Array {
  const height = level * Math.log2(tileWidth);
  return concatBytes(
    ...Array.from({ length: width }, (_, position) => tree.subtree(height, index * tileWidth + position)),
  );
}

/**
 * Returns the content of a bundle. For each entry, the content has the entry's length in bytes as a 16-bit big-endian
 * integer, and then the entry.
 * @throws RangeError for an entry of more than 65,535 bytes.
 */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  return concatBytes(
    ...entries.flatMap((entry) => [Uint8Array.of(entry.length >> 8, entry.length & 255), requireWithinLimit(entry)]),
  );
}

/**
 * Returns the entries of a bundle.
 * @param bundleName what the error calls the bundle, for example its path.
 * @throws AirlockError `export-refused` if the last entry is incomplete.
 */
export function decodeBundle(bytes: Uint8Array, bundleName: string): Uint8Array[] {
  const entries: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    const length = ((bytes[start] ?? 0) << 8) | (bytes[start + 1] ?? 0);
    const end = start + 2 + length;
    if (end > bytes.length)
      throw refused('export-refused', `the last entry of ${bundleName} is incomplete: export the journal again`);
    entries.push(bytes.slice(start + 2, end));
    start = end;
  }
  return entries;
}

function requireWithinLimit(entry: Uint8Array): Uint8Array {
  if (entry.length <= maxEntryBytes) return entry;
  throw new RangeError(`an entry of ${entry.length} bytes exceeds the limit of ${maxEntryBytes} bytes`);
}
