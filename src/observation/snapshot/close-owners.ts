import { kindOf } from '../../domain/kubernetes/resource-mapping.ts';
import type { KubeObject } from '../../domain/kubernetes/object.ts';

/**
 * Leaves out objects whose owner is not among them, and then those that they own: the lists of a snapshot are of
 * slightly different instants, and a garbage collector would delete such objects. An owner of a kind that snapshots do
 * not hold proves nothing about its absence, so what only such own stays.
 */
export function closeOwners(objects: readonly KubeObject[]): KubeObject[] {
  let kept = [...objects];
  for (;;) {
    const uids = new Set(kept.map((object) => object.metadata.uid));
    const closed = kept.filter((object) => hasOwner(object, uids));
    if (closed.length === kept.length) return closed;
    kept = closed;
  }
}

/** One owner that is there keeps an object, as it does for Kubernetes' garbage collector. */
function hasOwner(object: KubeObject, uids: ReadonlySet<string | undefined>): boolean {
  const owners = object.metadata.ownerReferences ?? [];
  if (owners.length === 0) return true;
  return owners.some((owner) => uids.has(owner.uid) || !kindOf(owner.apiVersion, owner.kind));
}
