import { readFile, rename, writeFile } from 'node:fs/promises';
import type { KeptCheckpoint } from '../ports.ts';

/** Keeps the checkpoint in a file that is replaced atomically. The file belongs on another disk than the database. */
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
