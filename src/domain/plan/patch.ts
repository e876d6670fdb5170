import { jsonPointer } from '../../lib/json/json-pointer.ts';
import { type Json, sameJson } from '../../lib/json/json.ts';
import type { KubeObject, ObjectRef } from '../kubernetes/object.ts';
import type { ChangeLine } from '../rehearsal/report.ts';

/** One operation of a JSON patch (RFC 6902). */
export type PatchOperation =
  { op: 'test' | 'add' | 'replace'; path: string; value: unknown } | { op: 'remove'; path: string };

/**
 * One write: a JSON patch of one object or of its scale subresource. The `test` operations in the patch are
 * preconditions.
 */
export interface Change {
  target: ObjectRef;
  subresource?: 'scale';
  patch: PatchOperation[];
}

/**
 * Compares two versions of one object. Returns one line for each leaf value that differs, in the order of the paths.
 */
export function changeLines(object: ObjectRef, before: unknown, after: unknown): ChangeLine[] {
  const leavesBefore = leaves(before);
  const leavesAfter = leaves(after);
  const paths = [...new Set([...leavesBefore.keys(), ...leavesAfter.keys()])].sort();
  return paths
    .filter((path) => !sameJson(leavesBefore.get(path), leavesAfter.get(path)))
    .map((path) => ({ object, path, before: asText(leavesBefore.get(path)), after: asText(leavesAfter.get(path)) }));
}

function leaves(value: unknown, path = '', found = new Map<string, Json>()): Map<string, Json> {
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    for (const [key, child] of Object.entries(value)) leaves(child, path + jsonPointer(key), found);
  } else if (value !== undefined) {
    found.set(path, value as Json);
  }
  return found;
}

function asText(value: Json | undefined): string | null {
  if (value === undefined) return null;
  return (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 4000);
}

/** Returns the parts of an object that a diff compares: annotations and spec. A plan writes no other parts. */
export function diffable(object: KubeObject): unknown {
  return { metadata: { annotations: object.metadata.annotations ?? {} }, spec: object['spec'] };
}
