import { utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson } from './json.ts';

/** Bytes of a value as JSON in UTF-8, which is how it is stored and sent. */
export function bytesOf(value: unknown): number {
  return utf8ToBytes(canonicalJson(value)).length;
}

/**
 * Splits a list, in order, into parts that are at most so many bytes of JSON each. An item that is larger by itself is a
 * part of its own: nothing is left out.
 */
export function byteParts<T>(items: readonly T[], most: number): T[][] {
  const parts: T[][] = [];
  let left = 0;
  for (const item of items) {
    const bytes = bytesOf(item) + 1; // the comma
    if (bytes > left || parts.length === 0) {
      parts.push([]);
      left = most;
    }
    parts.at(-1)?.push(item);
    left -= bytes;
  }
  return parts;
}
