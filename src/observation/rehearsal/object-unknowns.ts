import type { ChangedObject } from '../../actions/planned-change.ts';
import { autoscalerOf } from '../../domain/kubernetes/autoscaler.ts';
import { describeRef, type KubeObject, type OwnerReference } from '../../domain/kubernetes/object.ts';
import { resourceMappingOf } from '../../domain/kubernetes/resource-mapping.ts';
import { describeReference, referencesOf } from '../../domain/kubernetes/template-references.ts';
import { sameJson } from '../../lib/json/json.ts';

/** Patterns for the keys of the labels and annotations that Argo CD and Flux put on managed objects. */
const gitOpsKeys = [/^argocd\.argoproj\.io\//, /^(kustomize|helm)\.toolkit\.fluxcd\.io\//];

/**
 * Returns what the objects of a snapshot show about effects that no rehearsal can determine, one sentence each: who may
 * revert the change, autoscalers, Secrets that may be missing, and owners that the snapshot lacks.
 * @param changed the objects that the plan changes.
 */
export function objectUnknowns(changed: readonly ChangedObject[], objects: readonly KubeObject[]): string[] {
  return [...missingOwners(objects), ...changed.flatMap((each) => unknownsOf(each, objects))];
}

function unknownsOf({ ref, before, after }: ChangedObject, objects: readonly KubeObject[]): string[] {
  const name = describeRef(ref);
  const scaler = autoscalerOf(objects, ref);
  return [
    ...revertReasons(before).map((reason) => `the change of ${name} may be reverted: ${reason}`),
    ...(scaler ? [`it is unknown how HorizontalPodAutoscaler ${scaler.metadata.name} will scale ${name}`] : []),
    ...unseenSecrets(after, objects).map(
      (secret) => `${name} needs ${secret}, but no pod shows that the target has it`,
    ),
  ];
}

/** Returns the reasons why a controller or a tool may revert the plan's change of the object. */
function revertReasons({ metadata }: KubeObject): string[] {
  const keys = Object.keys({ ...metadata.labels, ...metadata.annotations });
  // The sandbox runs the controllers of kinds with a resource mapping. Other controllers are missing in the sandbox.
  const missingControllers = (metadata.ownerReferences ?? []).filter(
    (owner) => owner.controller && !resourceMappingOf(owner.apiVersion, owner.kind),
  );
  const fieldManagers = (metadata.managedFields ?? []) as { manager?: string; operation?: string }[];
  return [
    ...keys
      .filter((key) => gitOpsKeys.some((pattern) => pattern.test(key)))
      .map((key) => `the object has the label or annotation ${key}`),
    ...missingControllers.map((owner) => `${owner.kind} ${owner.name} controls the object`),
    ...fieldManagers
      .filter(({ manager, operation }) => operation === 'Apply' && manager !== 'airlock')
      .map(({ manager }) => `field manager ${manager} sets fields of the object by server-side apply`),
  ];
}

/**
 * Lists the Secrets and keys that the new pod template needs, but that the target may lack. Airlock reads no Secrets. A
 * Secret or key is left out if a started pod of the namespace needs the same one. Such a pod could not have started
 * without that Secret or key.
 */
function unseenSecrets(after: KubeObject, objects: readonly KubeObject[]): string[] {
  const template = after['spec']?.template;
  if (!template) return [];
  const startedPods = objects.filter((pod) => pod.metadata.namespace === after.metadata.namespace && isStartedPod(pod));
  const proved = startedPods.flatMap((pod) => referencesOf(pod['spec']));
  return referencesOf(template.spec)
    .filter(({ kind }) => kind === 'Secret')
    .filter((reference) => !proved.some((known) => sameJson(known, reference)))
    .map(describeReference);
}

/**
 * True for a pod if each of its containers runs now, or ran before the container's last restart. Init containers do not
 * count.
 */
function isStartedPod(object: KubeObject): boolean {
  const statuses: { state?: { running?: object }; lastState?: { terminated?: object } }[] =
    object.kind === 'Pod' ? (object['status']?.containerStatuses ?? []) : [];
  return statuses.length > 0 && statuses.every(({ state, lastState }) => state?.running ?? lastState?.terminated);
}

/** Returns sentences about owners that are not among the objects. The sandbox has no references to these owners. */
function missingOwners(objects: readonly KubeObject[]): string[] {
  const uids = new Set(objects.map((object) => object.metadata.uid));
  return objects.flatMap((object) =>
    (object.metadata.ownerReferences ?? [])
      .filter((owner) => !uids.has(owner.uid))
      .map((owner) => missingOwnerSentence(object, owner)),
  );
}

function missingOwnerSentence(object: KubeObject, owner: OwnerReference): string {
  const owned = `${object.kind}s${object.metadata.namespace ? ` in ${object.metadata.namespace}` : ''}`;
  return `${owner.kind} ${owner.name} is not in the snapshot, but it owns ${owned} and may change them`;
}
