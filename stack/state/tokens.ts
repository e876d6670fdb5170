import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toBase64url } from '../../src/lib/base64.ts';

/** A file that contains one bearer token (mode 0600). The server that checks the token knows only its SHA-256. */
export interface BearerFile {
  file: string;
  sha256: string;
}

/** The file of the token with that name. The token is generated once per state folder: 32 random bytes in base64url. */
export async function bearerFile(folder: string, name: string): Promise<BearerFile> {
  const file = join(folder, name);
  const fresh = `${toBase64url(randomBytes(32))}\n`;
  await writeFile(file, fresh, { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const token = (await readFile(file, 'utf8')).trim();
  return { file, sha256: createHash('sha256').update(token).digest('hex') };
}
