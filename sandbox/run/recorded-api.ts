import type { ObjectRef } from '../../src/domain/kubernetes/object.ts';
import { resourceMappingOf } from '../../src/domain/kubernetes/resource-mapping.ts';
import type { KubernetesApi } from '../../src/steps/kubernetes-api.ts';

/** One request with the attributes that RBAC checks. */
export interface RbacRequest {
  verb: 'get' | 'patch';
  group: string;
  resource: string;
  name: string;
}

/** Wraps a Kubernetes API. Adds every request to `requests` before the request is sent. */
export function recordedApi(api: KubernetesApi, requests: RbacRequest[]): KubernetesApi {
  return {
    get(ref) {
      requests.push({ verb: 'get', ...asResource(ref) });
      return api.get(ref);
    },
    patch(change, options) {
      requests.push({ verb: 'patch', ...asResource(change.target, change.subresource) });
      return api.patch(change, options);
    },
  };
}

function asResource(ref: ObjectRef, subresource?: string): Omit<RbacRequest, 'verb'> {
  const plural = resourceMappingOf(ref.apiVersion, ref.kind)?.plural ?? ref.kind;
  const group = ref.apiVersion.includes('/') ? ref.apiVersion.slice(0, ref.apiVersion.indexOf('/')) : '';
  return { group, resource: subresource ? `${plural}/${subresource}` : plural, name: ref.name };
}
