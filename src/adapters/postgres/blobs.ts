import { canonicalJson } from '../../lib/json/json.ts';
import { digestOfBytes, type Digest } from '../../lib/digest.ts';
import { AirlockError, refused } from '../../lib/error.ts';
import type { Blobs } from '../../domain/journal/ports.ts';
import type { Pool } from './pool.ts';
import { unavailable } from './unavailable.ts';

/** Size limit of a blob, bytes. The database has a constraint with the same limit. */
const maxBytes = 64 * 1024 * 1024;

/** Blobs: documents, each stored under its digest. */
export interface StoredBlobs extends Blobs {
  /**
   * Returns exactly the stored bytes, so a client can recompute the digest.
   * @throws AirlockError `blob-missing` (a person must act first), `blob-corrupt` (a person must act first),
   * `blobs-unavailable` (retry).
   */
  bytes(digest: Digest): Promise<Uint8Array>;
}

/** Blobs in PostgreSQL. A blob is inserted once and never changed. Every read checks the digest again. */
export function createBlobs(pool: Pool): StoredBlobs {
  const bytes = async (digest: Digest): Promise<Uint8Array> => {
    const { rows } = await pool
      .query<{ bytes: Buffer }>('SELECT bytes FROM blobs WHERE digest = $1', [digest])
      .catch(unavailable('blobs'));
    const found = rows[0]?.bytes;
    if (!found) throw lost('blob-missing', `no document is stored under ${digest}`);
    if (digestOfBytes(found) !== digest)
      throw lost('blob-corrupt', `the document stored under ${digest} has a different digest`);
    return found;
  };
  return {
    bytes,
    get: async (digest) => JSON.parse(new TextDecoder().decode(await bytes(digest))) as unknown,
    async put(value) {
      const stored = Buffer.from(canonicalJson(value), 'utf8');
      if (stored.length > maxBytes)
        throw refused(
          'blob-too-large',
          `a document of ${stored.length} bytes exceeds the limit of ${maxBytes} bytes: a person has to repair this incident by hand`,
        );
      const digest = digestOfBytes(stored);
      await pool
        .query('INSERT INTO blobs (digest, bytes) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING', [digest, stored])
        .catch(unavailable('blobs'));
      return digest;
    },
  };
}

function lost(code: 'blob-missing' | 'blob-corrupt', message: string): AirlockError {
  return new AirlockError({
    code,
    message: `${message}: restore the document from a backup, or request the repair again`,
  });
}
