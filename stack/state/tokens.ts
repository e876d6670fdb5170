import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toBase64url } from '../../src/lib/base64.ts';

/** A file with one bearer token (mode 0600). The server that checks the token knows only the SHA-256 of the token. */
export interface BearerFile {
  file: string;
  sha256: string;
}

/** Returns the token file `name`. The first call writes the file, with a new token: 32 random bytes in base64url. */
export async function bearerFile(folder: string, name: string): Promise<BearerFile> {
  const file = join(folder, name);
  const fresh = `${toBase64url(randomBytes(32))}\n`;
  await writeFile(file, fresh, { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const token = (await readFile(file, 'utf8')).trim();
  return { file, sha256: createHash('sha256').update(token).digest('hex') };
}
