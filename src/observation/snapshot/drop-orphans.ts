import { resourceMappingOf } from '../../domain/kubernetes/resource-mapping.ts';
import type { KubeObject } from '../../domain/kubernetes/object.ts';
import { isOwnedByAny } from '../../domain/kubernetes/owner-chain.ts';

/**
 * Removes objects whose owners are missing, and then the objects that they own. The lists of a snapshot are taken at
 * slightly different times, and the garbage collector would delete such objects. An owner of a kind that snapshots do
 * not contain cannot be known to be missing, so its objects are kept.
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

/** One existing owner is enough, as for Kubernetes' garbage collector. */
function hasOwner(object: KubeObject, uids: ReadonlySet<string | undefined>): boolean {
  const owners = object.metadata.ownerReferences ?? [];
  if (owners.length === 0) return true;
  return isOwnedByAny(object, uids) || owners.some((owner) => !resourceMappingOf(owner.apiVersion, owner.kind));
}
