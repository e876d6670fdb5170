import { readFile, rename, writeFile } from 'node:fs/promises';
import type { KeptCheckpoint } from '../ports.ts';

/**
 * Keeps the last signed checkpoint in a file, which is replaced atomically. Put the file on another disk than the
 * database, because an intruder in the database could change files on the disk of the database too.
 */
export function createKeptCheckpoint(file: string): KeptCheckpoint {
  return {
    read: () =>
      readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
        return undefined;
      }),
    async write(note) {
      await writeFile(`${file}.new`, note, { mode: 0o600 });
      await rename(`${file}.new`, file);
    },
  };
}
