import { AirlockError } from '../../lib/error.ts';
import { describeRef, type ObjectRef } from './object.ts';
import { resourceMappingOf, type ResourceMapping } from './resource-mapping.ts';

/** API path of a resource's collection, in one namespace or in all. */
export function collectionPath(
  { apiVersion, plural }: Pick<ResourceMapping, 'apiVersion' | 'plural'>,
  namespace?: string,
): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return namespace === undefined
    ? `${root}/${plural}`
    : `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
}

/** API path of one object. @throws AirlockError `kubernetes-unknown-kind` if no resource mapping fits its kind and scope. */
export function objectPath(ref: ObjectRef): string {
  const mapping = resourceMappingOf(ref.apiVersion, ref.kind);
  if (!mapping || mapping.namespaced !== (ref.namespace !== undefined)) {
    const message = `${describeRef(ref)}: Airlock does not read or write ${ref.apiVersion} ${ref.kind} in that scope`;
    throw new AirlockError({ code: 'kubernetes-unknown-kind', message });
  }
  return `${collectionPath(mapping, ref.namespace)}/${encodeURIComponent(ref.name)}`;
}
