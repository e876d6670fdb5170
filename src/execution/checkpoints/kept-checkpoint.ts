import { readFile, rename, writeFile } from 'node:fs/promises';
import type { KeptCheckpoint } from './ports.ts';

/**
 * Stores the last signed checkpoint in a file. Each write replaces the file atomically.
 * @param file path of the file. Only the gateway may be able to write to the file's folder. Otherwise an intruder in
 * the database server could replace the file with an older checkpoint.
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
