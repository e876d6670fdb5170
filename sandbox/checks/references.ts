import { findObject, type KubeObject } from '../../src/domain/kubernetes/object.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import { checkResult, type CheckInput } from '../report/check-input.ts';
import type { SandboxRun } from '../run/run-plan.ts';
import { referencesOf, type Reference } from './template-references.ts';

/**
 * Takes the pod templates of the changed Deployments as they are after the plan. Passes if every ConfigMap, Secret,
 * PersistentVolumeClaim and ServiceAccount that the templates refer to exists. If a template names a key, the object
 * must contain this key. Optional references are ignored.
 */
export function checkReferences({ touched }: CheckInput, { objects }: SandboxRun): Check {
  const missing = touched.flatMap((ref) => {
    const template = findObject(objects, ref)?.['spec']?.template;
    if (!template) return [];
    return referencesOf(template.spec)
      .filter((reference) => !exists(objects, ref.namespace ?? '', reference))
      .map((reference) => `${ref.kind} ${ref.name} needs ${describeReference(reference)}, which does not exist`);
  });
  return checkResult('references', missing, {
    passed: 'every ConfigMap, Secret, PersistentVolumeClaim and ServiceAccount that the pods refer to exists',
    failed: 'pods would not start, because their template refers to objects or keys that do not exist',
  });
}

function exists(objects: readonly KubeObject[], namespace: string, { kind, name, key }: Reference): boolean {
  const object = findObject(objects, { apiVersion: 'v1', kind, namespace, name });
  if (!object || key === undefined) return object !== undefined;
  return key in (object['data'] ?? {}) || key in (object['binaryData'] ?? {});
}

/** A reference in words, such as `Secret db, key password`. */
export function describeReference({ kind, name, key }: Reference): string {
  return key === undefined ? `${kind} ${name}` : `${kind} ${name}, key ${key}`;
}
