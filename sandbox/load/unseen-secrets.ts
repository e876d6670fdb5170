import { sameJson } from '../../src/lib/json/json.ts';
import { findObject, type KubeObject, type ObjectRef } from '../../src/domain/kubernetes/object.ts';
import { describeReference } from '../checks/references.ts';
import type { CheckInput } from '../report/check-input.ts';
import { referencesOf } from '../checks/template-references.ts';

/**
 * Takes the workload's pod template as it is after the plan. Lists the Secrets and keys of the template that may be
 * missing in the target. Airlock reads no Secrets, so the sandbox has a stub of every Secret in a pod template. A
 * Secret is not listed if a pod of the namespace refers to it and has started, because then the Secret exists in the
 * target.
 */
export function unseenSecrets({ snapshot, planRun, before }: CheckInput, workload: ObjectRef): string[] {
  const template = findObject(planRun?.objects ?? before, workload)?.['spec']?.template;
  if (!template) return [];
  const started = snapshot.objects.filter((pod) => pod.metadata.namespace === workload.namespace && hasStarted(pod));
  const used = started.flatMap((pod) => referencesOf(pod['spec']));
  return referencesOf(template.spec)
    .filter(({ kind }) => kind === 'Secret')
    .filter((reference) => !used.some((other) => sameJson(other, reference)))
    .map(describeReference);
}

/** True for a pod whose containers all run or have run before. */
function hasStarted(object: KubeObject): boolean {
  const statuses: { state?: { running?: object }; lastState?: { terminated?: object } }[] =
    object.kind === 'Pod' ? (object['status']?.containerStatuses ?? []) : [];
  return statuses.length > 0 && statuses.every(({ state, lastState }) => state?.running ?? lastState?.terminated);
}
