import { jsonPointer } from '../../lib/json/json-pointer.ts';
import { sameJson, type Json } from '../../lib/json/json.ts';
import type { ObjectRef } from '../kubernetes/object.ts';
import type { ChangeLine } from './report.ts';
import { securityRank } from './security-rank.ts';

/**
 * Compares two versions of one object. Returns one line for each leaf that differs or that only one version has. A leaf
 * is a string, number, boolean, null, empty object or empty list. Values are never cut. The security-relevant lines come
 * first (`securityRank`). Lines of equal rank are sorted by path.
 */
export function changeLines(object: ObjectRef, before: unknown, after: unknown): ChangeLine[] {
  const leavesBefore = leaves(before);
  const leavesAfter = leaves(after);
  const paths = [...new Set([...leavesBefore.keys(), ...leavesAfter.keys()])].sort();
  const lines = paths
    .filter((path) => !sameJson(leavesBefore.get(path), leavesAfter.get(path)))
    .map((path) => ({ object, path, before: asText(leavesBefore.get(path)), after: asText(leavesAfter.get(path)) }));
  return [...Map.groupBy(lines, ({ path }) => securityRank(path))]
    .sort(([rank], [other]) => rank - other)
    .flatMap(([, ofRank]) => ofRank);
}

function leaves(value: unknown, path = '', found = new Map<string, Json>()): Map<string, Json> {
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    for (const [key, child] of Object.entries(value)) leaves(child, path + jsonPointer(key), found);
  } else if (value !== undefined) {
    found.set(path, value as Json);
  }
  return found;
}

/**
 * Returns the value as text. Different values have different texts: a string that could be read as another JSON value,
 * or whose first or last character is a space, is in quotes.
 */
function asText(value: Json | undefined): string | null {
  if (value === undefined) return null;
  return typeof value === 'string' && value.trim() === value && !isJson(value) ? value : JSON.stringify(value);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return text === '';
  }
}
