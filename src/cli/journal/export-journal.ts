import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { toBase64 } from '../../lib/base64.ts';
import { journalOrigin, openCheckpoint, type Checkpoint } from '../../tlog/checkpoint.ts';
import { badInput } from '../../lib/error.ts';
import { exportFiles, verifyExport, type Trust } from '../../domain/journal/journal-export.ts';
import type { NoteKey } from '../../tlog/note.ts';
import { omitUndefined } from '../../lib/omit-undefined.ts';
import { decodeBundle, tilesOf } from '../../tlog/tiles.ts';
import { verifyEd25519 } from '../../platform/verify-ed25519.ts';
import type { ApiClient } from '../api/api-client.ts';

type Write = (text: string) => void;

/**
 * `airlock journal export <folder>`: writes the latest checkpoint, and all records that it covers, as files (C2SP
 * tlog-tiles). All these records are verified before the first file is written. The folder must be new or empty.
 * @throws AirlockError `bad-input`, `export-refused`, `checkpoint-refused`, `entry-malformed`, and the errors of the
 * API.
 */
export async function exportJournal(
  { api, keys, write }: { api: Pick<ApiClient, 'checkpoint' | 'entries'>; keys: readonly NoteKey[]; write: Write },
  folder: string,
): Promise<void> {
  const existing = await readdir(folder).catch(emptyIfMissing);
  if (existing.length > 0) throw badInput('folder', 'is not empty: expected a new or empty folder');
  const note = await api.checkpoint();
  const { size } = openCheckpoint(note, keys, verifyEd25519);
  const entries: Uint8Array[] = [];
  for (const { index } of tilesOf(size).filter(({ level }) => level === 'entries')) {
    entries.push(...decodeBundle(await api.entries(index, size), `bundle ${index} of the journal`));
  }
  const files = exportFiles(note, entries);
  const checkpoint = verifyExport(files, { keys, verify: verifyEd25519 });
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes, { flag: 'wx' });
  }
  write(`${summary(checkpoint)}, written to ${files.size} files\n`);
}

/**
 * `airlock journal verify <folder>`: verifies an export with a public key alone, without any server.
 * @param olderFile file with the signed note of an older checkpoint. The export must begin with the records that this
 * checkpoint covers.
 * @throws AirlockError `bad-input` if the folder or `olderFile` cannot be read. `export-refused`, `checkpoint-refused`
 * or `entry-malformed` for the first problem that is found.
 */
export async function verifyJournal(
  { keys, write }: { keys: readonly NoteKey[]; write: Write },
  folder: string,
  olderFile?: string,
): Promise<void> {
  const files = await readFiles(folder);
  const olderNote = olderFile === undefined ? undefined : await readNote('--since', olderFile);
  const trust = omitUndefined<Trust>({ keys, verify: verifyEd25519, olderCheckpoint: olderNote });
  write(`${summary(verifyExport(files, trust))}\n`);
}

/**
 * Reads a file with the signed note of a checkpoint.
 * @param option the option that gives the file, such as `--since`. The error names this option.
 * @throws AirlockError `bad-input` if the file cannot be read.
 */
export function readNote(option: string, file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: Error) => {
    throw badInput(option, `cannot be read: ${error.message}`);
  });
}

async function readFiles(folder: string): Promise<Map<string, Uint8Array>> {
  const all = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: Error) => {
    throw badInput('folder', `cannot be read: ${error.message}`);
  });
  const files = new Map<string, Uint8Array>();
  for (const each of all.filter((entry) => !entry.isDirectory())) {
    const path = join(each.parentPath, each.name);
    // Only regular files are read. A link, a pipe or a socket counts as an empty file, which the verification refuses.
    files.set(relative(folder, path), each.isFile() ? await readFile(path) : new Uint8Array());
  }
  return files;
}

function emptyIfMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw badInput('folder', `cannot be read: ${error.message}`);
}

function summary({ size, root }: Checkpoint): string {
  return `${journalOrigin}: ${size} records verified, root ${toBase64(root)}`;
}
