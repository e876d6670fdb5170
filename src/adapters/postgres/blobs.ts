import { canonicalJson } from '../../lib/json/json.ts';
import { digestOfBytes, type Digest } from '../../lib/digest.ts';
import { AirlockError, refused } from '../../lib/error.ts';
import type { Blobs } from '../../domain/journal/ports.ts';
import type { Pool } from './pool.ts';
import { unavailable } from './unavailable.ts';

/** Largest size of a blob, in bytes. A constraint of the table `blobs` has the same limit. */
const maxBytes = 64 * 1024 * 1024;

/** A store of blobs that also returns the bytes of a blob. A blob is a document that is stored under its digest. */
export interface BlobsWithBytes extends Blobs {
  /**
   * Returns the bytes of a blob as they are stored. The digest of these bytes is `digest`.
   * @throws AirlockError `blob-missing`, `blob-corrupt`, `blobs-unavailable` (retry), `blobs-rejected`.
   */
  bytes(digest: Digest): Promise<Uint8Array>;
}

/**
 * Creates the store of blobs in PostgreSQL. No process of Airlock can change or delete a blob. Every read checks that
 * the stored bytes have the digest.
 */
export function createBlobs(pool: Pool): BlobsWithBytes {
  const bytes = async (digest: Digest): Promise<Uint8Array> => {
    const { rows } = await pool
      .query<{ bytes: Buffer }>('SELECT bytes FROM blobs WHERE digest = $1', [digest])
      .catch(unavailable('blobs'));
    const found = rows[0]?.bytes;
    if (!found) throw unusable('blob-missing', `no document is stored under ${digest}`);
    if (digestOfBytes(found) !== digest)
      throw unusable('blob-corrupt', `the document stored under ${digest} has a different digest`);
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
          `a document has ${stored.length} bytes, but the store accepts at most ${maxBytes}: a person has to repair the cluster by hand`,
        );
      const digest = digestOfBytes(stored);
      await pool
        .query('INSERT INTO blobs (digest, bytes) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING', [digest, stored])
        .catch(unavailable('blobs'));
      return digest;
    },
  };
}

function unusable(code: 'blob-missing' | 'blob-corrupt', problem: string): AirlockError {
  return new AirlockError({
    code,
    message: `${problem}: restore the document from a backup, or request a new repair with \`airlock request\``,
  });
}
