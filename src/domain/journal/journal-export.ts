import { utf8ToBytes } from '@noble/hashes/utils.js';
import { openCheckpoint, type Checkpoint } from '../../tlog/checkpoint.ts';
import { refused } from '../../lib/error.ts';
import { parseEntry } from './journal-entry.ts';
import { leafHash, sameBytes } from '../../tlog/merkle.ts';
import { createMerkleTree, type MerkleTree } from '../../tlog/merkle-tree.ts';
import type { NoteKey, VerifySignature } from '../../tlog/note.ts';
import { decodeBundle, encodeBundle, tileBytes, tilePath, tilesOf, tileWidth, type Tile } from '../../tlog/tiles.ts';
import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';
import { decodeUtf8 } from '../../lib/utf8.ts';

/** The files of an export of the journal, by path. The whole export is in memory. */
export type ExportFiles = ReadonlyMap<string, Uint8Array>;

const checkpointPath = 'checkpoint';

/**
 * Creates the files of an export (C2SP tlog-tiles): the checkpoint, the tiles of hashes, and the bundles of entries.
 * Verifies nothing.
 * @param note the checkpoint, as a signed note.
 * @param entries all records that the checkpoint covers, each encoded as one entry of the log.
 */
export function exportFiles(note: string, entries: readonly Uint8Array[]): Map<string, Uint8Array> {
  const tree = createMerkleTree(entries.map(leafHash));
  const files = new Map<string, Uint8Array>([[checkpointPath, utf8ToBytes(note)]]);
  for (const tile of tilesOf(entries.length)) {
    const first = tile.index * tileWidth;
    const bytes = hasHashes(tile) ? tileBytes(tree, tile) : encodeBundle(entries.slice(first, first + tile.width));
    files.set(tilePath(tile), bytes);
  }
  return files;
}

/** What the verification of an export relies on. The export itself is not trusted. */
export interface Trust {
  /** Every checkpoint must have a signature of at least one of these public keys. */
  keys: readonly NoteKey[];
  /** Checks one signature. */
  verify: VerifySignature;
  /**
   * An older checkpoint that was kept outside the journal, as a signed note. The export must begin with the records of
   * the older checkpoint.
   */
  olderCheckpoint?: string;
}

/**
 * Verifies an export without any server: the signature of the checkpoint, every record, every hash, and the order of
 * the records. No file may be missing or superfluous.
 * @returns the checkpoint of the export.
 * @throws AirlockError `export-refused`, `checkpoint-refused` or `entry-malformed` with the first problem.
 */
export function verifyExport(files: ExportFiles, trust: Trust): Checkpoint {
  const checkpoint = openCheckpoint(decoded(fileOf(files, checkpointPath)), trust.keys, trust.verify);
  const tiles = tilesOf(checkpoint.size);
  const expected = new Set([checkpointPath, ...tiles.map(tilePath)]);
  for (const path of files.keys()) {
    if (!expected.has(path))
      throw exportRefused(
        `the file ${escapeForTerminal(path)} does not belong to a journal of ${checkpoint.size} records`,
      );
  }
  const tree = createMerkleTree();
  for (const tile of tiles.filter((each) => !hasHashes(each))) addEntries(tree, tile, files);
  for (const tile of tiles.filter(hasHashes)) checkTile(tree, tile, files);
  if (!sameBytes(tree.root(checkpoint.size), checkpoint.root)) {
    throw exportRefused(`the root of the export's ${checkpoint.size} records is not the root in the signed checkpoint`);
  }
  if (trust.olderCheckpoint !== undefined)
    checkBeginsWith(openCheckpoint(trust.olderCheckpoint, trust.keys, trust.verify), tree);
  return checkpoint;
}

/**
 * Adds the records of a bundle to the tree. The sequence number of each record must be its position. The hash of each
 * record must be in the tile of level 0.
 */
function addEntries(tree: MerkleTree, tile: Tile, files: ExportFiles): void {
  const bundlePath = tilePath(tile);
  const hashesPath = tilePath({ ...tile, level: 0 });
  const entries = decodeBundle(fileOf(files, bundlePath), bundlePath);
  const hashes = fileOf(files, hashesPath);
  if (entries.length !== tile.width) {
    throw exportRefused(`the file ${bundlePath} has ${entries.length} records instead of ${tile.width}`);
  }
  for (const entry of entries) {
    const seq = tree.size + 1;
    const hash = leafHash(entry);
    const at = (tree.size % tileWidth) * hash.length;
    if (!sameBytes(hash, hashes.subarray(at, at + hash.length)))
      throw exportRefused(`the hash of record ${seq} is not the hash in ${hashesPath}`);
    const { seq: seqInEntry } = parseEntry(entry, seq);
    if (seqInEntry !== seq) throw exportRefused(`the record at position ${seq} has the sequence number ${seqInEntry}`);
    tree.append(hash);
  }
}

/** Checks that the hashes in the tile are the hashes of the tree. */
function checkTile(tree: MerkleTree, tile: Tile & { level: number }, files: ExportFiles): void {
  const path = tilePath(tile);
  if (!sameBytes(tileBytes(tree, tile), fileOf(files, path)))
    throw exportRefused(`the hashes in ${path} do not belong to the exported records`);
}

/** Checks that the export begins with the records of the older checkpoint. */
function checkBeginsWith(older: Checkpoint, tree: MerkleTree): void {
  if (older.size > tree.size) {
    throw exportRefused(
      `the older checkpoint covers ${older.size} records, but the export has only ${tree.size}. Records were removed, or the export was made before this checkpoint`,
    );
  }
  if (sameBytes(tree.root(older.size), older.root)) return;
  throw exportRefused(
    `the export's first ${older.size} records are not the records of the older checkpoint, so the journal was rewritten or forked`,
  );
}

function hasHashes(tile: Tile): tile is Tile & { level: number } {
  return tile.level !== 'entries';
}

function fileOf(files: ExportFiles, path: string): Uint8Array {
  const bytes = files.get(path);
  if (!bytes) throw exportRefused(`the file ${path} is missing`);
  return bytes;
}

function decoded(note: Uint8Array): string {
  const text = decodeUtf8(note);
  if (text === undefined)
    throw refused('checkpoint-refused', `the file ${checkpointPath} is not UTF-8: export the journal again`);
  return text;
}

function exportRefused(problem: string): Error {
  return refused(
    'export-refused',
    `the export is not valid: ${problem}. Export the journal again. If the new export is not valid either, tell the operator of the server`,
  );
}
