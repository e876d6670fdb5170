import { describeRef, findObject, refOf, type ObjectRef } from '../../src/domain/kubernetes/object.ts';
import { replicaSetsOf } from '../../src/domain/kubernetes/owner-chain.ts';
import { behaviourOf } from '../model/behaviours.ts';
import type { CheckInput } from './check-input.ts';
import { minorVersionsDiffer } from './other-minor.ts';

/**
 * Returns one sentence for each fact that the rehearsal could not determine, except those that the snapshot shows: the
 * observer adds these itself. Two rehearsals of the same bundle return the same sentences.
 */
export function unknowns(input: CheckInput): string[] {
  const { snapshot, touched, sandboxVersion } = input;
  const versions = `the target runs Kubernetes ${snapshot.kubernetes}, the sandbox runs ${sandboxVersion}`;
  const versionSentences = minorVersionsDiffer(snapshot.kubernetes, sandboxVersion)
    ? [`${versions}: the target's controllers may act differently`]
    : [];
  const readinessSentences = touched.flatMap((ref) =>
    unknownReadiness(input, ref).map(
      (set) => `it is unknown whether the pods of ReplicaSet ${set} of ${describeRef(ref)} become ready`,
    ),
  );
  return [...new Set([...versionSentences, ...readinessSentences])].sort();
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
