import { AirlockError } from '../../lib/error.ts';
import { describeRef, type ObjectRef } from './object.ts';
import { knownResourceMapping, resourceMappingOf, type ResourceMapping } from './resource-mapping.ts';

/** Returns the API path of all objects of a resource in `namespace`. Without `namespace`: of all namespaces. */
export function collectionPath(
  { apiVersion, plural }: Pick<ResourceMapping, 'apiVersion' | 'plural'>,
  namespace?: string,
): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return namespace === undefined
    ? `${root}/${plural}`
    : `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
}

/** Like `collectionPath`, for a kind that is a constant in Airlock's code. @throws TypeError for an unknown kind. */
export function kindPath(apiVersion: string, kind: string, namespace?: string): string {
  return collectionPath(knownResourceMapping(apiVersion, kind), namespace);
}

/**
 * Returns the API path of one object.
 * @throws AirlockError `kubernetes-unknown-kind` if resource-mapping.ts lacks the kind, if a namespaced kind has no
 * namespace, or if a cluster-scoped kind has a namespace.
 */
export function objectPath(ref: ObjectRef): string {
  const mapping = resourceMappingOf(ref.apiVersion, ref.kind);
  if (!mapping || mapping.namespaced !== (ref.namespace !== undefined)) {
    const message = `${describeRef(ref)}: Airlock does not read or write ${ref.apiVersion} ${ref.kind} in that scope; a person has to read or change it`;
    throw new AirlockError({ code: 'kubernetes-unknown-kind', message });
  }
  return `${collectionPath(mapping, ref.namespace)}/${encodeURIComponent(ref.name)}`;
}
