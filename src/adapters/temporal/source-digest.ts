import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

/**
 * Computes a digest of all files in `sources`: of their names relative to `root`, and of their contents. The digest
 * does not depend on the order of `sources` or on the file system.
 */
export async function digestSources(root: string, sources: readonly string[]): Promise<string> {
  const files = await listSources(root, sources);
  const digests = await Promise.all(files.map(async (file) => [file, sha256(await readFile(join(root, file)))]));
  // JSON keeps names and contents apart, so two different trees never give the same text.
  return sha256(JSON.stringify(digests)).slice(0, 32);
}

/**
 * Lists all files in `sources`, as sorted paths relative to `root`. A source is a file or a folder. A folder includes
 * its sub-folders, and excludes `*.test.ts`.
 * @throws Error if a source does not exist, or if a folder contains no source file. Otherwise a folder that was moved
 * would drop out of the digest without notice.
 */
export async function listSources(root: string, sources: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(sources.map((source) => filesOf(root, source)));
  return [...new Set(lists.flat())].sort();
}

async function filesOf(root: string, source: string): Promise<string[]> {
  const path = join(root, source);
  if (!(await isFolder(root, source))) return [source];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  // A link to a folder stays in the list. Reading the link as a file fails, and that is better than skipping the
  // folder's contents.
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
