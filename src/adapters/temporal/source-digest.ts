import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

/**
 * The digest of the names and contents of all files that `sources` name below `root`: the same files give the same
 * digest, in every order of `sources` and on every file system.
 */
export async function digestSources(root: string, sources: readonly string[]): Promise<string> {
  const files = await listSources(root, sources);
  const digests = await Promise.all(files.map(async (file) => [file, sha256(await readFile(join(root, file)))]));
  // JSON keeps names and contents apart, so that no two different trees have one text.
  return sha256(JSON.stringify(digests)).slice(0, 32);
}

/**
 * The files that `sources` name, relative to `root` and sorted. A source is a file or a folder; a folder counts with its
 * sub-folders and without its tests. A source that names no file is an error, because a folder that has moved would
 * otherwise drop out of the digest unnoticed.
 */
export async function listSources(root: string, sources: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(sources.map((source) => filesOf(root, source)));
  return [...new Set(lists.flat())].sort();
}

async function filesOf(root: string, source: string): Promise<string[]> {
  const path = join(root, source);
  if (!(await isFolder(root, source))) return [source];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  // A link to a folder stays in the list: reading it as a file fails, which is better than skipping what it contains.
  const files = entries.filter((entry) => !entry.isDirectory() && !entry.name.endsWith('.test.ts'));
  if (files.length === 0) throw unusable(root, source, 'contains no source file');
  return files.map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

async function isFolder(root: string, source: string): Promise<boolean> {
  try {
    return (await stat(join(root, source))).isDirectory();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw unusable(root, source, 'does not exist');
  }
}

function unusable(root: string, source: string, problem: string): Error {
  return new Error(`source ${source} ${problem} in ${root}: restore it, or correct the list of sources`);
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
