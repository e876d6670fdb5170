import { jsonPointer } from '../../lib/json/json-pointer.ts';
import { type Json, sameJson } from '../../lib/json/json.ts';
import type { KubeObject, ObjectRef } from '../kubernetes/object.ts';
import type { ChangeLine } from '../rehearsal/report.ts';

/** One operation of a JSON patch (RFC 6902). */
export type PatchOperation =
  { op: 'test' | 'add' | 'replace'; path: string; value: unknown } | { op: 'remove'; path: string };

/**
 * One write: a JSON patch of one object or of the object's scale subresource. If a `test` operation of the patch does
 * not match the object, the API server refuses the patch.
 */
export interface Change {
  object: ObjectRef;
  subresource?: 'scale';
  patch: PatchOperation[];
}

/**
 * Compares two versions of one object. Returns one line for each leaf that differs or that only one version has. The
 * lines are sorted by path. A leaf is a string, number, boolean, null, empty object or empty list. Each value in a line
 * is cut after 4000 characters.
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

/** Returns the annotations and the spec of an object. A plan writes no other part. */
export function annotationsAndSpec(object: KubeObject): unknown {
  return { metadata: { annotations: object.metadata.annotations ?? {} }, spec: object['spec'] };
}
