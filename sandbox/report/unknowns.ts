import { describeRef, findObject, refOf, type KubeObject, type ObjectRef } from '../../src/domain/kubernetes/object.ts';
import { resourceMappingOf } from '../../src/domain/kubernetes/resource-mapping.ts';
import { autoscalerOf } from '../../src/domain/kubernetes/autoscaler.ts';
import { behaviourOf } from '../model/behaviours.ts';
import { replicaSetsOf } from '../../src/domain/kubernetes/owner-chain.ts';
import type { CheckInput } from './check-input.ts';
import { minorVersionsDiffer } from './other-minor.ts';
import { unseenSecrets } from '../load/unseen-secrets.ts';

/** Patterns for the keys of the labels and annotations that Argo CD and Flux put on managed objects. */
const gitOpsKeys = [/^argocd\.argoproj\.io\//, /^(kustomize|helm)\.toolkit\.fluxcd\.io\//];

/**
 * Returns one sentence for each fact that the rehearsal could not determine, in addition to the unknowns of the
 * snapshot. Two rehearsals of the same bundle return the same sentences.
 */
export function unknowns(input: CheckInput): string[] {
  const { snapshot, missingOwners, touched, sandboxVersion } = input;
  const versions = `the target runs Kubernetes ${snapshot.kubernetes}, the sandbox runs ${sandboxVersion}`;
  const versionSentences = minorVersionsDiffer(snapshot.kubernetes, sandboxVersion)
    ? [`${versions}: the target's controllers may act differently`]
    : [];
  const sentences = [...missingOwners, ...versionSentences, ...touched.flatMap((ref) => unknownsOf(input, ref))];
  return [...new Set(sentences)].sort();
}

function unknownsOf(input: CheckInput, ref: ObjectRef): string[] {
  const object = findObject(input.before, ref);
  if (!object) return [];
  const name = describeRef(ref);
  const scaler = autoscalerOf(input.before, ref);
  return [
    ...revertReasons(object).map((reason) => `the change of ${name} may be reverted: ${reason}`),
    ...(scaler ? [`it is unknown how HorizontalPodAutoscaler ${scaler.metadata.name} will scale ${name}`] : []),
    ...unknownReadiness(input, ref).map(
      (set) => `it is unknown whether the pods of ReplicaSet ${set} of ${name} become ready`,
    ),
    ...unseenSecrets(input, ref).map((secret) => `${name} needs ${secret}, but no pod shows that the target has it`),
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
  ].sort();
}

/**
 * Returns the names of the Deployment's ReplicaSets whose pods have unknown behaviour. Only ReplicaSets with `replicas`
 * > 0 after the plan count. If no step ran, the state before the plan counts.
 */
function unknownReadiness({ behaviours, planRun, before }: CheckInput, ref: ObjectRef): string[] {
  const objects = planRun?.objects ?? before;
  const deployment = findObject(objects, ref);
  if (!deployment) return [];
  return replicaSetsOf(objects, deployment)
    .filter((set) => (set['spec']?.replicas ?? 0) > 0 && behaviourOf(behaviours, set).kind === 'unknown')
    .map((set) => refOf(set).name);
}
