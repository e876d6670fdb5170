import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toBase64url } from '../../src/lib/base64.ts';
import { replaceFile } from '../../src/platform/replace-file.ts';
import type { StateFolder } from './state.ts';

/** A file with one bearer token. `airlock serve` checks tokens, and knows only the SHA-256 digest of each token. */
export interface TokenFile {
  name: string;
  /** The path of the file. */
  file: string;
  /** The SHA-256 digest of the token, in hex. */
  sha256: string;
  /** ISO 8601. */
  expiresAt: string;
}

const lifeMs = 30 * 24 * 3_600_000;

/**
 * Returns a token file. If there is no file, or less than half of the token's life remains, creates the file with a new
 * token: 32 random bytes in base64url. A token lives 30 days.
 */
export async function ensureTokenFile(state: StateFolder, name: string): Promise<TokenFile> {
  const file = join(await state.folder('tokens', 0o700), name);
  const expiryFile = join('tokens', `${name}.expiry.json`);
  const kept = await state.readJson(expiryFile, parseTime);
  const isUsable = kept !== undefined && Date.parse(kept) - Date.now() > lifeMs / 2;
  const expiresAt = isUsable ? kept : new Date(Date.now() + lifeMs).toISOString();
  if (!isUsable) {
    // In this order: after a crash between the two, the next call creates another token.
    await replaceFile(file, `${toBase64url(randomBytes(32))}\n`, 0o600);
    await state.writeJson(expiryFile, expiresAt);
  }
  const token = (await readFile(file, 'utf8')).trim();
  return { name, file, sha256: createHash('sha256').update(token).digest('hex'), expiresAt };
}

function parseTime(value: unknown): string {
  if (typeof value === 'string' && !Number.isNaN(Date.parse(value))) return value;
  throw new TypeError('not a time');
}
