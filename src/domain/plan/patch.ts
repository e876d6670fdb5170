import { type Json, sameJson } from '../../lib/json.ts';
import type { KubeObject, ObjectRef } from '../kubernetes/object.ts';
import type { ChangeLine } from '../rehearsal/report.ts';

/** One operation of a JSON patch (RFC 6902). */
export type PatchOperation =
  { op: 'test' | 'add' | 'replace'; path: string; value: unknown } | { op: 'remove'; path: string };

/** One write: a JSON patch on one object, or on its scale. Its `test` operations are its preconditions. */
export interface Change {
  target: ObjectRef;
  subresource?: 'scale';
  patch: PatchOperation[];
}

/** A JSON pointer (RFC 6901) of keys. */
export function pointer(...keys: (string | number)[]): string {
  return keys.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The leaves that differ between two forms of one object, in the order of their paths. */
export function changeLines(object: ObjectRef, before: unknown, after: unknown): ChangeLine[] {
  const from = leaves(before);
  const to = leaves(after);
  const paths = [...new Set([...from.keys(), ...to.keys()])].sort();
  return paths
    .filter((path) => !sameJson(from.get(path), to.get(path)))
    .map((path) => ({ object, path, before: shown(from.get(path)), after: shown(to.get(path)) }));
}

function leaves(value: unknown, path = '', into = new Map<string, Json>()): Map<string, Json> {
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    for (const [key, child] of Object.entries(value)) leaves(child, path + pointer(key), into);
  } else if (value !== undefined) {
    into.set(path, value as Json);
  }
  return into;
}

function shown(value: Json | undefined): string | null {
  if (value === undefined) return null;
  return (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 4000);
}

/** The part of an object that a change may touch, for a diff: its spec and its own annotations. */
export function diffable(object: KubeObject): unknown {
  return { metadata: { annotations: object.metadata.annotations ?? {} }, spec: object['spec'] };
}
