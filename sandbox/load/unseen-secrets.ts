import { sameJson } from '../../src/lib/json/json.ts';
import { findObject, type KubeObject, type ObjectRef } from '../../src/domain/kubernetes/object.ts';
import { describeReference } from '../checks/references.ts';
import type { CheckInput } from '../report/check-input.ts';
import { referencesOf } from '../checks/template-references.ts';

/**
 * Lists Secrets, with their keys, that may be missing in the target. Airlock reads no Secrets, so the sandbox has a
 * stub of every Secret in a pod template. If a container has started in the target, its Secrets exist there. This
 * function lists the other Secrets in the workload's pod template, as the template is after the plan.
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

function hasStarted(object: KubeObject): boolean {
  const statuses: { state?: { running?: object }; lastState?: { terminated?: object } }[] =
    object.kind === 'Pod' ? (object['status']?.containerStatuses ?? []) : [];
  return statuses.length > 0 && statuses.every(({ state, lastState }) => state?.running ?? lastState?.terminated);
}
