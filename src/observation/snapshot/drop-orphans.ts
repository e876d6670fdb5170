import { resourceMappingOf } from '../../domain/kubernetes/resource-mapping.ts';
import type { KubeObject } from '../../domain/kubernetes/object.ts';
import { isOwnedByAny } from '../../domain/kubernetes/owner-chain.ts';

/**
 * Removes objects whose owners (ownerReferences) are all missing, then the objects that the removed objects own, and so
 * on. Otherwise the sandbox's garbage collector would delete these objects during the rehearsal. Owners can be missing,
 * because the lists of a snapshot are taken at slightly different times.
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
 * Returns true if an object has no owners, or one of its owners exists or may exist. An owner may exist if Airlock does
 * not read objects of the owner's kind. Kubernetes' garbage collector also keeps an object while one owner exists.
 */
function hasOwner(object: KubeObject, uids: ReadonlySet<string | undefined>): boolean {
  const owners = object.metadata.ownerReferences ?? [];
  if (owners.length === 0) return true;
  return isOwnedByAny(object, uids) || owners.some((owner) => !resourceMappingOf(owner.apiVersion, owner.kind));
}
