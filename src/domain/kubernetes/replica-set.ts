import { sameJson } from '../../lib/json/json.ts';
import type { KubeObject } from './object.ts';

const hashLabel = 'pod-template-hash';

/** Returns the pod template of a ReplicaSet, without the label `pod-template-hash` of the Deployment controller. */
export function templateOfReplicaSet(set: KubeObject): any {
  const template = structuredClone(set['spec'].template);
  delete template.metadata?.labels?.[hashLabel];
  return template;
}

/**
 * Returns true if the ReplicaSet has the pod template of the Deployment. The annotation
 * `deployment.kubernetes.io/revision` does not count: everybody who may change the ReplicaSet can write it.
 */
export function isCurrentReplicaSet(set: KubeObject, deployment: KubeObject): boolean {
  return sameJson(deployment['spec'].template, templateOfReplicaSet(set));
}

/**
 * Returns true if name, labels and selector of the ReplicaSet are as the Deployment controller makes them: the name is
 * the name of the Deployment and a hash, and labels, selector and template have this hash. The function does not compute
 * the hash, because the controller computes it from the memory form of a Go structure.
 */
export function isNamedByController({ metadata, spec }: KubeObject, deployment: KubeObject): boolean {
  const hash = metadata.labels?.[hashLabel];
  return (
    hash !== undefined &&
    metadata.name === `${deployment.metadata.name}-${hash}` &&
    spec.selector?.matchLabels?.[hashLabel] === hash &&
    spec.template?.metadata?.labels?.[hashLabel] === hash
  );
}
