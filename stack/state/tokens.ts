import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A bearer token in its own file of mode 0600. The server that checks it knows only its SHA-256. */
export interface BearerFile {
  file: string;
  sha256: string;
}

/** The token of that name. It is generated once per state folder: 32 random bytes, base64url. */
export async function bearerFile(folder: string, name: string): Promise<BearerFile> {
  const file = join(folder, name);
  const fresh = `${randomBytes(32).toString('base64url')}\n`;
  await writeFile(file, fresh, { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const token = (await readFile(file, 'utf8')).trim();
  return { file, sha256: createHash('sha256').update(token).digest('hex') };
}
