import { findObject, type KubeObject } from '../../src/domain/kubernetes/object.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import { check, type Findings } from '../report/findings.ts';
import type { Replay } from '../replay/replay.ts';
import { referencesOf, type Reference } from './template-references.ts';

/** Every ConfigMap, Secret, PersistentVolumeClaim and ServiceAccount that a resulting pod template names exists, with its key. */
export function references({ touched }: Findings, { objects }: Replay): Check {
  const missing = touched.flatMap((ref) => {
    const template = findObject(objects, ref)?.['spec']?.template;
    if (!template) return [];
    return referencesOf(template.spec)
      .filter((reference) => !exists(objects, ref.namespace ?? '', reference))
      .map((reference) => `${ref.kind} ${ref.name} needs ${describeReference(reference)}, which does not exist`);
  });
  return check('references', missing, {
    passed: 'every ConfigMap, Secret, PersistentVolumeClaim and ServiceAccount that the pods name exists',
    failed: 'pods would not start: the template names objects or keys that do not exist',
  });
}

function exists(objects: readonly KubeObject[], namespace: string, { kind, name, key }: Reference): boolean {
  const object = findObject(objects, { apiVersion: 'v1', kind, namespace, name });
  if (!object || key === undefined) return object !== undefined;
  return key in (object['data'] ?? {}) || key in (object['binaryData'] ?? {});
}

/** `Secret db, key password`. */
export function describeReference({ kind, name, key }: Reference): string {
  return key === undefined ? `${kind} ${name}` : `${kind} ${name}, key ${key}`;
}
