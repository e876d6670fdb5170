import { utf8ToBytes } from '@noble/hashes/utils.js';
import { openCheckpoint, type Checkpoint } from '../../tlog/checkpoint.ts';
import { refused } from '../../lib/error.ts';
import { recordOf } from './journal-entry.ts';
import { leafHash, sameBytes } from '../../tlog/merkle.ts';
import { createMerkleTree, type MerkleTree } from '../../tlog/merkle-tree.ts';
import type { NoteKey, VerifySignature } from '../../tlog/note.ts';
import { decodeBundle, encodeBundle, tileBytes, tilePath, tilesOf, tileWidth, type Tile } from '../../tlog/tiles.ts';
import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';
import { textOf } from '../../lib/utf8.ts';

/** The files of an export: path to content. The whole export is in memory. */
export type ExportFiles = ReadonlyMap<string, Uint8Array>;

const notePath = 'checkpoint';

/** Creates an export (C2SP tlog-tiles): checkpoint, tiles, bundles of entries. It checks nothing; use `verifyExport`. */
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

/** What a verifier trusts. */
export interface Trust {
  keys: readonly NoteKey[];
  verify: VerifySignature;
  /** Signed note of an older checkpoint that was kept elsewhere. The export must begin with the journal of that checkpoint. */
  since?: string;
}

/**
 * Verifies an export offline: signature, every file, every record, every hash, the order of the records, and that no file is
 * missing or superfluous.
 * @returns the checkpoint, whose root the records have.
 * @throws AirlockError `export-refused` or `checkpoint-refused` with the first problem.
 */
export function verifyExport(files: ExportFiles, trust: Trust): Checkpoint {
  const checkpoint = openCheckpoint(decoded(fileOf(files, notePath)), trust.keys, trust.verify);
  const tiles = tilesOf(checkpoint.size);
  const expected = new Set([notePath, ...tiles.map(tilePath)]);
  for (const path of files.keys()) {
    if (!expected.has(path))
      throw wrong(`${escapeForTerminal(path)} does not belong to a journal of ${checkpoint.size} records`);
  }
  const tree = createMerkleTree();
  for (const tile of tiles.filter((each) => !isHashes(each))) addEntries(tree, tile, files);
  for (const tile of tiles.filter(isHashes)) checkTile(tree, tile, files);
  if (!sameBytes(tree.root(checkpoint.size), checkpoint.root)) {
    throw wrong(`its ${checkpoint.size} records do not have the root that the checkpoint signs`);
  }
  if (trust.since !== undefined) checkSince(tree, openCheckpoint(trust.since, trust.keys, trust.verify));
  return checkpoint;
}

/** Adds the bundle's records to the tree. Each record must have the hash that the tile of level 0 states. */
function addEntries(tree: MerkleTree, tile: Tile, files: ExportFiles): void {
  const entries = decodeBundle(fileOf(files, tilePath(tile)));
  const hashes = fileOf(files, tilePath({ ...tile, level: 0 }));
  if (entries.length !== tile.width) {
    throw wrong(`${tilePath(tile)} has ${entries.length} records instead of ${tile.width}`);
  }
  for (const entry of entries) {
    const seq = tree.size + 1;
    const hash = leafHash(entry);
    const at = (tree.size % tileWidth) * hash.length;
    if (!sameBytes(hash, hashes.subarray(at, at + hash.length)))
      throw wrong(`record ${seq} does not have the hash in its tile`);
    const { seq: stated } = recordOf(entry);
    if (stated !== seq) throw wrong(`the record at position ${seq} has the sequence number ${stated}`);
    tree.append(hash);
  }
}

function checkTile(tree: MerkleTree, tile: Tile & { level: number }, files: ExportFiles): void {
  const path = tilePath(tile);
  if (!sameBytes(tileBytes(tree, tile), fileOf(files, path)))
    throw wrong(`the hashes of ${path} are not those of its records`);
}

/** The export must begin with the records of the older checkpoint. */
function checkSince(tree: MerkleTree, since: Checkpoint): void {
  if (since.size > tree.size) {
    throw wrong(
      `it ends at record ${tree.size}, before the known checkpoint of ${since.size} records: it was truncated or is older`,
    );
  }
  if (sameBytes(tree.root(since.size), since.root)) return;
  throw wrong(
    `its first ${since.size} records differ from those of the known checkpoint: history was rewritten or forked`,
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
  if (text === undefined) throw refused('checkpoint-refused', 'the checkpoint is not UTF-8');
  return text;
}

function wrong(problem: string): Error {
  return refused('export-refused', `the export is not the journal: ${problem}`);
}
