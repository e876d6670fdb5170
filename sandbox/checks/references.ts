import { findObject, type KubeObject } from '../../src/domain/kubernetes/object.ts';
import { describeReference, referencesOf, type Reference } from '../../src/domain/kubernetes/template-references.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import { checkResult, type CheckInput } from '../report/check-input.ts';
import type { SandboxRun } from '../run/run-plan.ts';

/**
 * Checks the pod templates of the changed Deployments, as they are after the plan. Fails if a template needs a
 * ConfigMap, Secret, PersistentVolumeClaim or ServiceAccount that the sandbox does not have. Fails also if a template
 * needs a key of a ConfigMap or Secret, and the object does not contain this key. Optional references do not count.
 *
 * Airlock reads no Secrets. The snapshot contains a stub of each Secret that the plan's pods need. So this check
 * normally finds no missing Secret. The observer lists the Secrets that may be missing in the target.
 */
export function checkReferences({ touched }: CheckInput, { objects }: SandboxRun): Check {
  const missing = touched.flatMap((ref) => {
    const template = findObject(objects, ref)?.['spec']?.template;
    if (!template) return [];
    return referencesOf(template.spec)
      .filter((reference) => !exists(objects, ref.namespace ?? '', reference))
      .map((reference) => `missing: ${describeReference(reference)} (needed by ${ref.kind} ${ref.name})`);
  });
  return checkResult('references', missing, {
    passed: 'the sandbox has every ConfigMap, Secret, PersistentVolumeClaim and ServiceAccount that the pods need',
    failed: 'new pods would not start, because they need an object or a key that does not exist',
  });
}

function exists(objects: readonly KubeObject[], namespace: string, { kind, name, key }: Reference): boolean {
  const object = findObject(objects, { apiVersion: 'v1', kind, namespace, name });
  if (!object || key === undefined) return object !== undefined;
  return key in (object['data'] ?? {}) || key in (object['binaryData'] ?? {});
}
