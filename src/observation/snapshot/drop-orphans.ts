import { resourceMappingOf } from '../../domain/kubernetes/resource-mapping.ts';
import type { KubeObject } from '../../domain/kubernetes/object.ts';
import { isOwnedByAny } from '../../domain/kubernetes/owner-chain.ts';

/**
 * Removes objects whose owners (ownerReferences) are missing, and then the objects that the removed ones own. Owners
 * can be missing because the lists of a snapshot are taken at slightly different times. The sandbox's garbage collector
 * would delete the objects of missing owners during a rehearsal. Snapshots contain only some kinds. Whether an owner of
 * another kind exists is unknown, so the objects of such an owner are kept.
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

/**
 * True if an object has no owners, or one of its owners exists or has a kind that snapshots do not contain. Kubernetes'
 * garbage collector also keeps an object while one of its owners exists.
 */
function hasOwner(object: KubeObject, uids: ReadonlySet<string | undefined>): boolean {
  const owners = object.metadata.ownerReferences ?? [];
  if (owners.length === 0) return true;
  return isOwnedByAny(object, uids) || owners.some((owner) => !resourceMappingOf(owner.apiVersion, owner.kind));
}
