import { utf8ToBytes } from '@noble/hashes/utils.js';
import { openCheckpoint, type Checkpoint } from '../../tlog/checkpoint.ts';
import { refused } from '../../lib/error.ts';
import { recordOf } from './journal-entry.ts';
import { leafHash, sameBytes } from '../../tlog/merkle.ts';
import { createMerkleTree, type MerkleTree } from '../../tlog/merkle-tree.ts';
import type { NoteKey, VerifySignature } from '../../tlog/note.ts';
import { decodeBundle, encodeBundle, tileBytes, tilePath, tilesOf, tileWidth, type Tile } from '../../tlog/tiles.ts';
import { visible } from '../../lib/escape-for-terminal.ts';
import { textOf } from '../../lib/utf8.ts';

/** Path to content. The whole export is held in memory. */
export type ExportFiles = ReadonlyMap<string, Uint8Array>;

const notePath = 'checkpoint';

/** The files of an export (C2SP tlog-tiles): checkpoint, tiles, bundles of entries. Nothing is checked: verify it. */
export function exportFiles(note: string, entries: readonly Uint8Array[]): Map<string, Uint8Array> {
  const tree = createMerkleTree(entries.map(leafHash));
  const files = new Map<string, Uint8Array>([[notePath, utf8ToBytes(note)]]);
  for (const tile of tilesOf(entries.length)) {
    const from = tile.index * tileWidth;
    const bytes = isHashes(tile) ? tileBytes(tree, tile) : encodeBundle(entries.slice(from, from + tile.width));
    files.set(tilePath(tile), bytes);
  }
  return files;
}

/** What an export is held against. */
export interface Trust {
  keys: readonly NoteKey[];
  verify: VerifySignature;
  /** Signed note of a checkpoint that was kept elsewhere: the export must begin with the journal as it was then. */
  since?: string;
}

/**
 * Checks an export with nothing but keys: signature, every file, every record, every hash, the order of the records, and
 * that nothing is missing or too much.
 * @returns the checkpoint that the records were found to make.
 * @throws AirlockError `export-refused` or `checkpoint-refused` with the first thing that does not fit.
 */
export function verifyExport(files: ExportFiles, trust: Trust): Checkpoint {
  const checkpoint = openCheckpoint(decoded(fileOf(files, notePath)), trust.keys, trust.verify);
  const tiles = tilesOf(checkpoint.size);
  const expected = new Set([notePath, ...tiles.map(tilePath)]);
  for (const path of files.keys()) {
    if (!expected.has(path)) throw wrong(`${visible(path)} is no part of a journal of ${checkpoint.size} records`);
  }
  const tree = createMerkleTree();
  for (const tile of tiles.filter((each) => !isHashes(each))) addEntries(tree, tile, files);
  for (const tile of tiles.filter(isHashes)) checkTile(tree, tile, files);
  if (!sameBytes(tree.root(checkpoint.size), checkpoint.root)) {
    throw wrong(`its ${checkpoint.size} records are not those that the checkpoint was signed for`);
  }
  if (trust.since !== undefined) checkSince(tree, openCheckpoint(trust.since, trust.keys, trust.verify));
  return checkpoint;
}

/** Adds the bundle's records to the tree, each compared with its hash in the tile beside. */
function addEntries(tree: MerkleTree, tile: Tile, files: ExportFiles): void {
  const entries = decodeBundle(fileOf(files, tilePath(tile)));
  const hashes = fileOf(files, tilePath({ ...tile, level: 0 }));
  if (entries.length !== tile.width) {
    throw wrong(`${tilePath(tile)} has ${entries.length} records where ${tile.width} belong`);
  }
  for (const entry of entries) {
    const seq = tree.size + 1;
    const hash = leafHash(entry);
    const at = (tree.size % tileWidth) * hash.length;
    if (!sameBytes(hash, hashes.subarray(at, at + hash.length)))
      throw wrong(`record ${seq} is not the one that was hashed`);
    const says = recordOf(entry).seq;
    if (says !== seq) throw wrong(`the record in place ${seq} says that it is record ${says}`);
    tree.append(hash);
  }
}

function checkTile(tree: MerkleTree, tile: Tile & { level: number }, files: ExportFiles): void {
  const path = tilePath(tile);
  if (!sameBytes(tileBytes(tree, tile), fileOf(files, path)))
    throw wrong(`the hashes of ${path} are not those of the records`);
}

/** What was signed then must be how it begins now. */
function checkSince(tree: MerkleTree, since: Checkpoint): void {
  if (since.size > tree.size) {
    throw wrong(
      `it ends at record ${tree.size}, before the known checkpoint of ${since.size} records: it was cut off, or is older`,
    );
  }
  if (sameBytes(tree.root(since.size), since.root)) return;
  throw wrong(
    `its first ${since.size} records are others than at the known checkpoint: history was rewritten or forked`,
  );
}

function isHashes(tile: Tile): tile is Tile & { level: number } {
  return tile.level !== 'entries';
}

function fileOf(files: ExportFiles, path: string): Uint8Array {
  const bytes = files.get(path);
  if (!bytes) throw wrong(`${path} is missing`);
  return bytes;
}

function decoded(note: Uint8Array): string {
  const text = textOf(note);
  if (text === undefined) throw refused('checkpoint-refused', 'it is not UTF-8');
  return text;
}

function wrong(what: string): Error {
  return refused('export-refused', `the export is not the journal: ${what}`);
}
