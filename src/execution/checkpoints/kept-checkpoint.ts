import { readFile, rename, writeFile } from 'node:fs/promises';
import type { KeptCheckpoint } from '../ports.ts';

/**
 * Keeps the last signed checkpoint in a file, which is replaced atomically. Keep the file on another disk than the
 * database: an intruder in the database could change a file on its disk too.
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
