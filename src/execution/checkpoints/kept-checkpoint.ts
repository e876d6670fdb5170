import { readFile, rename, writeFile } from 'node:fs/promises';
import type { KeptCheckpoint } from '../ports.ts';

/** Keeps it in a file, which is replaced at once. A folder of the gateway's own, on another disk than the database's. */
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
