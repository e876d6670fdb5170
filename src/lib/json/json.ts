import { z } from 'zod';

/** A JSON value (RFC 8259). */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
/** Schema of any JSON value. */
export const jsonSchema: z.ZodType<Json> = z.json();

/**
 * Returns the canonical JSON of a value (RFC 8785, JCS). Object keys are sorted by UTF-16 code units. Object members
 * with the value `undefined` are left out.
 * @throws TypeError if JSON cannot represent the value: for example NaN, a function, or `undefined` in an array.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${Array.from(value, canonicalJson).join(',')}]`;
  if (typeof value === 'object') return canonicalObject(value as Record<string, unknown>);
  throw new TypeError(`canonical JSON cannot represent ${typeof value === 'number' ? String(value) : typeof value}`);
}

function canonicalObject(value: Record<string, unknown>): string {
  const members = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
  return `{${members.join(',')}}`;
}

/** Returns true if two values have the same canonical JSON. `undefined` equals only `undefined`. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === undefined || b === undefined) return a === b;
  return canonicalJson(a) === canonicalJson(b);
}
