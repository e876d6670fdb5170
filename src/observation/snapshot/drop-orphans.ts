import { resourceMappingOf } from '../../domain/kubernetes/resource-mapping.ts';
import type { KubeObject } from '../../domain/kubernetes/object.ts';
import { isOwnedByAny } from '../../domain/kubernetes/owner-chain.ts';

/**
 * Removes objects whose owners (ownerReferences) are missing, and then the objects that the removed ones own. Owners
 * can be missing because the lists of a snapshot are taken at slightly different times. The sandbox's garbage collector
 * would delete the objects of missing owners during a rehearsal. Some kinds are never in a snapshot: whether an owner
 * of such a kind exists is unknown, so its objects are kept.
 */
export function dropOrphans(objects: readonly KubeObject[]): KubeObject[] {
  let kept = [...objects];
  for (;;) {
    const uids = new Set(kept.map((object) => object.metadata.uid));
    const owned = kept.filter((object) => hasOwner(object, uids));
    if (owned.length === kept.length) return owned;
    kept = owned;
  }
}

/** True if an object has no owners or one of them exists. Kubernetes' garbage collector has the same rule. */
function hasOwner(object: KubeObject, uids: ReadonlySet<string | undefined>): boolean {
  const owners = object.metadata.ownerReferences ?? [];
  if (owners.length === 0) return true;
  return isOwnedByAny(object, uids) || owners.some((owner) => !resourceMappingOf(owner.apiVersion, owner.kind));
}
