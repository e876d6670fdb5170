import { describeRef, findObject, refOf, type KubeObject, type ObjectRef } from '../../src/domain/kubernetes/object.ts';
import { kindOf } from '../../src/domain/kubernetes/resource-mapping.ts';
import { autoscalerOf } from '../model/autoscaler.ts';
import { behaviourOf } from '../model/behaviours.ts';
import { setsOf } from '../load/faithful.ts';
import type { Findings } from './findings.ts';
import { otherMinor } from './other-minor.ts';
import { unseenSecrets } from '../load/unseen-secrets.ts';

/** Labels and annotations by which GitOps tools (Argo CD, Flux) mark what they will bring back. */
const gitOps = [/^argocd\.argoproj\.io\//, /^(kustomize|helm)\.toolkit\.fluxcd\.io\//];

/** What the rehearsal could not know, in sentences without anything that differs from run to run. */
export function unknowns(findings: Findings): string[] {
  const { snapshot, leftOut, touched, kubernetes } = findings;
  const version = otherMinor(snapshot.kubernetes, kubernetes)
    ? [`the target runs Kubernetes ${snapshot.kubernetes}, the sandbox ${kubernetes}: their controllers may differ`]
    : [];
  const sentences = [
    ...snapshot.unknowns,
    ...leftOut,
    ...version,
    ...touched.flatMap((ref) => aboutWorkload(findings, ref)),
  ];
  return [...new Set(sentences)].sort().slice(0, 200);
}

function aboutWorkload(findings: Findings, ref: ObjectRef): string[] {
  const object = findObject(findings.before, ref);
  if (!object) return [];
  const name = describeRef(ref);
  const scaler = autoscalerOf(findings.before, ref);
  return [
    ...reverters(object).map((who) => `${name} may be reverted: ${who}`),
    ...(scaler ? [`how HorizontalPodAutoscaler ${scaler.metadata.name} will scale ${name} by its metrics`] : []),
    ...openReadiness(findings, ref).map((set) => `whether pods of ReplicaSet ${set} of ${name} become ready`),
    ...unseenSecrets(findings, ref).map((secret) => `${name}: whether ${secret} exists, which no running pod uses`),
  ];
}

/** Who else believes to own what the plan changes. */
function reverters({ metadata }: KubeObject): string[] {
  const keys = Object.keys({ ...metadata.labels, ...metadata.annotations });
  const owners = (metadata.ownerReferences ?? []).filter(
    (owner) => owner.controller && !kindOf(owner.apiVersion, owner.kind),
  );
  const appliers = (metadata.managedFields ?? []) as { manager?: string; operation?: string }[];
  return [
    ...keys.filter((key) => gitOps.some((word) => word.test(key))).map((key) => `it carries ${key}`),
    ...owners.map((owner) => `it belongs to ${owner.kind} ${owner.name}`),
    ...appliers
      .filter(({ manager, operation }) => operation === 'Apply' && manager !== 'airlock')
      .map(({ manager }) => `${manager} applies its fields`),
  ].sort();
}

/** ReplicaSets that hold pods after the plan and whose readiness nothing tells. */
function openReadiness({ behaviours, done, before }: Findings, ref: ObjectRef): string[] {
  const objects = done?.objects ?? before;
  const deployment = findObject(objects, ref);
  if (!deployment) return [];
  return setsOf(objects, deployment)
    .filter((set) => (set['spec']?.replicas ?? 0) > 0 && behaviourOf(behaviours, set).kind === 'unknown')
    .map((set) => refOf(set).name);
}
