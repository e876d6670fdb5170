import type { ObjectRef } from '../kubernetes/object.ts';

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
