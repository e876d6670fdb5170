import { AirlockError } from '../../lib/error.ts';
import { kindOf, type Kind } from '../../domain/kubernetes/resource-mapping.ts';
import { describeRef, type ObjectRef } from '../../domain/kubernetes/object.ts';

/** Path of a kind's collection, in one namespace or all. */
export function collectionPath({ apiVersion, plural }: Kind, namespace?: string): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return namespace === undefined
    ? `${root}/${plural}`
    : `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
}

/** Path of one object. @throws AirlockError `kubernetes-unknown-kind` for a kind that Airlock does not know. */
export function objectPath(ref: ObjectRef): string {
  const kind = kindOf(ref.apiVersion, ref.kind);
  if (!kind || kind.namespaced !== (ref.namespace !== undefined)) {
    throw new AirlockError({
      code: 'kubernetes-unknown-kind',
      message: `${describeRef(ref)}: ${ref.apiVersion} ${ref.kind} is not a kind that Airlock reads or writes there`,
      next: 'stop',
    });
  }
  return `${collectionPath(kind, ref.namespace)}/${encodeURIComponent(ref.name)}`;
}
