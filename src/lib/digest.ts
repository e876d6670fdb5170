import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { canonicalJson } from './json/json.ts';

/** A SHA-256 digest: `sha256:` and 64 lower-case hex digits. */
export const digestSchema = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'expected sha256:<64 lower-case hex digits>');
export type Digest = z.infer<typeof digestSchema>;

/** Returns the digest of a value's canonical JSON (RFC 8785) in UTF-8. */
export function digestOf(value: unknown): Digest {
  return digestOfBytes(utf8ToBytes(canonicalJson(value)));
}

/** Returns the digest of the bytes. */
export function digestOfBytes(bytes: Uint8Array): Digest {
  return `sha256:${bytesToHex(sha256(bytes))}`;
}

/**
 * Returns the first 16 hex digits of a digest, for use in an id. Two digests can begin with the same 16 digits. So a
 * check of integrity must compare whole digests.
 */
export function shortDigest(digest: Digest): string {
  return digest.slice('sha256:'.length, 'sha256:'.length + 16);
}
