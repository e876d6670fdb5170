import { AirlockError } from '../../lib/error.ts';
import { describeRef, type ObjectRef } from './object.ts';
import { knownResourceMapping, resourceMappingOf, type ResourceMapping } from './resource-mapping.ts';

/**
 * Returns the API path of a resource, such as `/apis/apps/v1/namespaces/shop/deployments`. The path covers the objects
 * of one namespace. Without `namespace`, the path covers the objects of the whole cluster.
 */
export function collectionPath(
  { apiVersion, plural }: Pick<ResourceMapping, 'apiVersion' | 'plural'>,
  namespace?: string,
): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return namespace === undefined
    ? `${root}/${plural}`
    : `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
}

/** Returns the `collectionPath` of a kind. @throws TypeError if `resourceMappingOf` returns undefined. */
export function kindPath(apiVersion: string, kind: string, namespace?: string): string {
  return collectionPath(knownResourceMapping(apiVersion, kind), namespace);
}

/**
 * Returns the API path of one object.
 * @throws AirlockError `kubernetes-unknown-kind` if `resourceMappingOf` returns undefined. Also if the reference to a
 * namespaced object has no namespace, or if the reference to a cluster-scoped object has a namespace.
 */
export function objectPath(ref: ObjectRef): string {
  const mapping = resourceMappingOf(ref.apiVersion, ref.kind);
  if (!mapping)
    throw unknownKind(ref, 'Airlock has no access to objects of this kind; a person has to read or change the object');
  if (mapping.namespaced && ref.namespace === undefined)
    throw unknownKind(ref, 'the kind is namespaced, but the reference has no namespace');
  if (!mapping.namespaced && ref.namespace !== undefined)
    throw unknownKind(ref, 'the kind is cluster-scoped, but the reference has a namespace');
  return `${collectionPath(mapping, ref.namespace)}/${encodeURIComponent(ref.name)}`;
}

function unknownKind(ref: ObjectRef, problem: string): AirlockError {
  const message = `${ref.apiVersion} ${describeRef(ref)}: ${problem}`;
  return new AirlockError({ code: 'kubernetes-unknown-kind', message });
}
