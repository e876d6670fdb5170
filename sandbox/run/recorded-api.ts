import { apiGroup, type ObjectRef } from '../../src/domain/kubernetes/object.ts';
import { resourceMappingOf } from '../../src/domain/kubernetes/resource-mapping.ts';
import type { KubernetesApi } from '../../src/steps/kubernetes-api.ts';

/** One request, as RBAC rules describe it. */
export interface RbacRequest {
  verb: 'get' | 'patch';
  /** API group; the empty string for the core group. */
  group: string;
  /** Plural name, with the subresource if there is one: `deployments` or `deployments/scale`. */
  resource: string;
  /** Name of the object. */
  name: string;
}

/** Returns a Kubernetes API that adds each request to `requests`, and then sends the request through `api`. */
export function recordedApi(api: KubernetesApi, requests: RbacRequest[]): KubernetesApi {
  return {
    get(ref) {
      requests.push({ verb: 'get', ...attributesOf(ref) });
      return api.get(ref);
    },
    patch(change, options) {
      requests.push({ verb: 'patch', ...attributesOf(change.object, change.subresource) });
      return api.patch(change, options);
    },
  };
}

function attributesOf(ref: ObjectRef, subresource?: string): Omit<RbacRequest, 'verb'> {
  const plural = resourceMappingOf(ref.apiVersion, ref.kind)?.plural ?? ref.kind;
  return { group: apiGroup(ref), resource: subresource ? `${plural}/${subresource}` : plural, name: ref.name };
}
