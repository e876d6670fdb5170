import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

/**
 * Computes a digest of the names and contents of all files in `sources`, 32 hex digits. The names are relative to
 * `root`. Neither the order of `sources` nor the path of `root` changes the digest.
 */
export async function digestSources(root: string, sources: readonly string[]): Promise<string> {
  const files = await listSources(root, sources);
  const namedDigests = await Promise.all(files.map(async (file) => [file, sha256(await readFile(join(root, file)))]));
  return sha256(JSON.stringify(namedDigests)).slice(0, 32);
}

/**
 * Lists all files in `sources`, as sorted paths relative to `root`. A source is a file or a folder. For a folder, the
 * list has every file below it, except `*.test.ts`.
 * @throws Error if a source does not exist, or if a folder contains no file except tests. Without these errors, a
 * moved or emptied folder would silently drop out of the digest.
 */
export async function listSources(root: string, sources: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(sources.map((source) => filesOf(root, source)));
  return [...new Set(lists.flat())].sort();
}

async function filesOf(root: string, source: string): Promise<string[]> {
  const path = join(root, source);
  if (!(await isFolder(root, source))) return [source];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  // A link to a folder stays in the list, so `digestSources` fails (EISDIR). Without the link, the digest would
  // silently lack the files of that folder.
  const files = entries.filter((entry) => !entry.isDirectory() && !entry.name.endsWith('.test.ts'));
  if (files.length === 0) throw unusableSource(root, source, 'contains no file except tests');
  return files.map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

async function isFolder(root: string, source: string): Promise<boolean> {
  try {
    return (await stat(join(root, source))).isDirectory();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw unusableSource(root, source, 'does not exist');
  }
}

function unusableSource(root: string, source: string, problem: string): Error {
  return new Error(`source ${source} of ${root} ${problem}: restore the source, or correct the list of sources`);
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
