import { utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson } from './json/json.ts';

/** Returns the number of bytes of a value's canonical JSON in UTF-8. */
export function jsonSizeOf(value: unknown): number {
  return utf8ToBytes(canonicalJson(value)).length;
}

/**
 * Splits a list into parts and keeps the order. The items of a part have at most `maxBytes` bytes as canonical JSON,
 * including one comma for each item. A larger item gets a part of its own, so no item is lost.
 */
export function byteParts<T>(items: readonly T[], maxBytes: number): T[][] {
  const parts: T[][] = [];
  let remaining = 0;
  for (const item of items) {
    const bytes = jsonSizeOf(item) + 1; // 1 byte for the comma after the item
    if (bytes > remaining || parts.length === 0) {
      parts.push([]);
      remaining = maxBytes;
    }
    parts.at(-1)?.push(item);
    remaining -= bytes;
  }
  return parts;
}
