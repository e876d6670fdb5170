import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toBase64url } from '../../src/lib/base64.ts';

/** A file with one bearer token. `airlock serve` checks tokens, and knows only the SHA-256 digest of each token. */
export interface TokenFile {
  /** The path of the file. */
  file: string;
  /** The SHA-256 digest of the token, in hex. */
  sha256: string;
}

/** Returns a token file. If the file does not exist, creates it with a new token: 32 random bytes in base64url. */
export async function ensureTokenFile(folder: string, name: string): Promise<TokenFile> {
  const file = join(folder, name);
  const newToken = `${toBase64url(randomBytes(32))}\n`;
  await writeFile(file, newToken, { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const token = (await readFile(file, 'utf8')).trim();
  return { file, sha256: createHash('sha256').update(token).digest('hex') };
}
