import { describeRef, findObject, refOf, type KubeObject, type ObjectRef } from '../../src/domain/kubernetes/object.ts';
import { resourceMappingOf } from '../../src/domain/kubernetes/resource-mapping.ts';
import { autoscalerOf } from '../../src/domain/kubernetes/autoscaler.ts';
import { behaviourOf } from '../model/behaviours.ts';
import { replicaSetsOf } from '../../src/domain/kubernetes/owner-chain.ts';
import type { CheckInput } from './check-input.ts';
import { minorVersionsDiffer } from './other-minor.ts';
import { unseenSecrets } from '../load/unseen-secrets.ts';

/** Labels and annotations that GitOps tools (Argo CD, Flux) put on objects that they manage. */
const gitOps = [/^argocd\.argoproj\.io\//, /^(kustomize|helm)\.toolkit\.fluxcd\.io\//];

/**
 * Returns one sentence for each thing that the rehearsal could not find out. Two rehearsals of the same bundle return
 * the same sentences.
 */
export function unknowns(input: CheckInput): string[] {
  const { snapshot, leftOut, touched, kubernetes } = input;
  const version = minorVersionsDiffer(snapshot.kubernetes, kubernetes)
    ? [
        `the target runs Kubernetes ${snapshot.kubernetes}, the sandbox ${kubernetes}: their controllers may act differently`,
      ]
    : [];
  const sentences = [...snapshot.unknowns, ...leftOut, ...version, ...touched.flatMap((ref) => unknownsOf(input, ref))];
  return [...new Set(sentences)].sort().slice(0, 200);
}

function unknownsOf(input: CheckInput, ref: ObjectRef): string[] {
  const object = findObject(input.before, ref);
  if (!object) return [];
  const name = describeRef(ref);
  const scaler = autoscalerOf(input.before, ref);
  return [
    ...revertReasons(object).map((reason) => `${name} may be reverted: ${reason}`),
    ...(scaler ? [`it is unknown how HorizontalPodAutoscaler ${scaler.metadata.name} will scale ${name}`] : []),
    ...unknownReadiness(input, ref).map(
      (set) => `it is unknown whether pods of ReplicaSet ${set} of ${name} become ready`,
    ),
    ...unseenSecrets(input, ref).map(
      (secret) => `${name}: it is unknown whether ${secret} exists, because no running pod uses it`,
    ),
  ];
}

/** The signs that a controller or tool manages the object, and may revert the plan's change. */
function revertReasons({ metadata }: KubeObject): string[] {
  const keys = Object.keys({ ...metadata.labels, ...metadata.annotations });
  const owners = (metadata.ownerReferences ?? []).filter(
    (owner) => owner.controller && !resourceMappingOf(owner.apiVersion, owner.kind),
  );
  const fieldManagers = (metadata.managedFields ?? []) as { manager?: string; operation?: string }[];
  return [
    ...keys
      .filter((key) => gitOps.some((pattern) => pattern.test(key)))
      .map((key) => `it has the label or annotation ${key}`),
    ...owners.map((owner) => `it is controlled by ${owner.kind} ${owner.name}`),
    ...fieldManagers
      .filter(({ manager, operation }) => operation === 'Apply' && manager !== 'airlock')
      .map(({ manager }) => `${manager} applies its fields`),
  ].sort();
}

/** The names of the ReplicaSets that have replicas after the plan and whose pods behave in an unknown way. */
function unknownReadiness({ behaviours, planRun, before }: CheckInput, ref: ObjectRef): string[] {
  const objects = planRun?.objects ?? before;
  const deployment = findObject(objects, ref);
  if (!deployment) return [];
  return replicaSetsOf(objects, deployment)
    .filter((set) => (set['spec']?.replicas ?? 0) > 0 && behaviourOf(behaviours, set).kind === 'unknown')
    .map((set) => refOf(set).name);
}
