import { apiGroup, type ObjectRef } from '../kubernetes/object.ts';

/** An object of a target cluster. */
export interface ClusterObject {
  /** Name of the target. */
  cluster: string;
  ref: ObjectRef;
}

/**
 * Returns the key under which the ledger locks an object, such as `east/apps/Deployment/shop/web`. Two references to
 * one object have the same key, even if they name different versions of the API group.
 */
export function objectKey({ cluster, ref }: ClusterObject): string {
  return [cluster, apiGroup(ref), ref.kind, ref.namespace ?? '', ref.name].join('/');
}
