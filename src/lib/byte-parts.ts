import { utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson } from './json/json.ts';

/** Returns the size in bytes of a value's canonical JSON in UTF-8. */
export function bytesOf(value: unknown): number {
  return utf8ToBytes(canonicalJson(value)).length;
}

/**
 * Splits a list, in order, into parts of at most `maxBytes` bytes of JSON each. An item that is larger than `maxBytes`
 * becomes a part of its own, so no item is lost.
 */
export function byteParts<T>(items: readonly T[], maxBytes: number): T[][] {
  const parts: T[][] = [];
  let remaining = 0;
  for (const item of items) {
    const bytes = bytesOf(item) + 1; // 1 for the comma after the item
    if (bytes > remaining || parts.length === 0) {
      parts.push([]);
      remaining = maxBytes;
    }
    parts.at(-1)?.push(item);
    remaining -= bytes;
  }
  return parts;
}
