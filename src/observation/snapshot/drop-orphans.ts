import { resourceMappingOf } from '../../domain/kubernetes/resource-mapping.ts';
import type { KubeObject } from '../../domain/kubernetes/object.ts';
import { isOwnedByAny } from '../../domain/kubernetes/owner-chain.ts';

/**
 * Removes orphans: objects whose owners (`ownerReferences`) are all missing (see `isOrphan`). Then removes the objects
 * that have become orphans by this, and so on. Otherwise the sandbox's garbage collector would delete the
 * orphans during the rehearsal. Owners can be missing, because Airlock lists different kinds at different times.
 */
export function dropOrphans(objects: readonly KubeObject[]): KubeObject[] {
  let kept = [...objects];
  for (;;) {
    const keptUids = new Set(kept.map((object) => object.metadata.uid));
    const withoutOrphans = kept.filter((object) => !isOrphan(object, keptUids));
    if (withoutOrphans.length === kept.length) return kept;
    kept = withoutOrphans;
  }
}

/**
 * Returns true if the object has owners, and all of them are missing. Airlock does not read objects of every kind. If
 * Airlock does not read an owner's kind, the owner counts as present. Kubernetes' garbage collector also keeps an
 * object while one of its owners exists.
 * @param keptUids the uids of the objects that have not been removed.
 */
function isOrphan(object: KubeObject, keptUids: ReadonlySet<string | undefined>): boolean {
  const owners = object.metadata.ownerReferences ?? [];
  const hasUnreadOwner = owners.some((owner) => !resourceMappingOf(owner.apiVersion, owner.kind));
  return owners.length > 0 && !hasUnreadOwner && !isOwnedByAny(object, keptUids);
}
