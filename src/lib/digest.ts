import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { canonicalJson } from './json/json.ts';

/** A digest: `sha256:` and 64 lower-case hex digits, of canonical JSON (json.ts) or of exact bytes. */
export const digestSchema = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'expected sha256:<64 hex digits>');
export type Digest = z.infer<typeof digestSchema>;

/** Digest of a value's canonical JSON. */
export function digestOf(value: unknown): Digest {
  return digestOfBytes(utf8ToBytes(canonicalJson(value)));
}

/** Digest of the bytes themselves. They are not parsed or made canonical. */
export function digestOfBytes(bytes: Uint8Array): Digest {
  return `sha256:${bytesToHex(sha256(bytes))}`;
}

/**
 * The first 16 hex digits of a digest, for names. They are too few for a check of integrity: compare the whole digest
 * for that.
 */
export function shortDigest(digest: Digest): string {
  return digest.slice('sha256:'.length, 'sha256:'.length + 16);
}
