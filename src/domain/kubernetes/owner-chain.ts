import type { KubeObject, OwnerReference } from './object.ts';
import { isLivePod } from './object-status.ts';

/** Returns the owner reference to the object's controller, if there is one. */
export function controllerOf({ metadata }: KubeObject): OwnerReference | undefined {
  return metadata.ownerReferences?.find((owner) => owner.controller === true);
}

/**
 * Returns the objects whose controller is `owner`. Owners are compared by uid, not by name: a new object can have the
 * name of a deleted owner.
 */
export function controlledBy(objects: readonly KubeObject[], owner: KubeObject): KubeObject[] {
  return objects.filter((object) => {
    const controller = controllerOf(object);
    return controller !== undefined && controller.uid === owner.metadata.uid;
  });
}

/** Returns true if any owner of the object has one of these uids. An owner need not be the object's controller. */
export function isOwnedByAny({ metadata }: KubeObject, uids: ReadonlySet<string | undefined>): boolean {
  return (metadata.ownerReferences ?? []).some((owner) => uids.has(owner.uid));
}

/** Returns the ReplicaSets that a Deployment controls. */
export function replicaSetsOf(objects: readonly KubeObject[], deployment: KubeObject): KubeObject[] {
  return controlledBy(objects, deployment).filter((object) => object.kind === 'ReplicaSet');
}

/** Returns the live pods that a workload controls. For a Deployment: the live pods that its ReplicaSets control. */
export function livePodsOf(objects: readonly KubeObject[], workload: KubeObject): KubeObject[] {
  const controllers = workload.kind === 'Deployment' ? replicaSetsOf(objects, workload) : [workload];
  return controllers.flatMap((controller) => controlledBy(objects, controller)).filter(isLivePod);
}

/** Returns `owner` and every object whose chain of controllers leads to `owner`. */
export function withControlled(objects: readonly KubeObject[], owner: KubeObject): KubeObject[] {
  return [owner, ...controlledBy(objects, owner).flatMap((object) => withControlled(objects, object))];
}
