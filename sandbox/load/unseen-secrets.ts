import { sameJson } from '../../src/lib/json/json.ts';
import { findObject, type KubeObject, type ObjectRef } from '../../src/domain/kubernetes/object.ts';
import { describeReference } from '../checks/references.ts';
import type { CheckInput } from '../report/check-input.ts';
import { referencesOf } from '../checks/template-references.ts';

/**
 * Takes the pod template of a changed object after the plan. Lists the Secrets and keys that the template needs, but
 * that the target may lack. The sandbox cannot show which Secrets exist: it has only stubs, because Airlock reads no
 * Secrets. A Secret or key is left out if a started pod of the namespace needs the same one. Such a pod could not have
 * started without that Secret or key.
 */
export function unseenSecrets({ snapshot, planRun, before }: CheckInput, changed: ObjectRef): string[] {
  const template = findObject(planRun?.objects ?? before, changed)?.['spec']?.template;
  if (!template) return [];
  const startedPods = snapshot.objects.filter(
    (object) => object.metadata.namespace === changed.namespace && isStartedPod(object),
  );
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
