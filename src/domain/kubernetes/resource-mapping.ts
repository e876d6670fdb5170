/**
 * The API resource of a kind, and the place of the kind's objects in etcd. In etcd, kube-apiserver stores an object
 * under the key `/registry/<etcdPrefix>/[<namespace>/]<name>`.
 */
export interface ResourceMapping {
  apiVersion: string;
  kind: string;
  plural: string;
  namespaced: boolean;
  /** The part of the etcd key that names the kind. For most kinds, this is the plural. */
  etcdPrefix: string;
}

function mapping(
  apiVersion: string,
  kind: string,
  plural: string,
  options: Partial<ResourceMapping> = {},
): ResourceMapping {
  return { apiVersion, kind, plural, namespaced: true, etcdPrefix: plural, ...options };
}
const clusterScoped = { namespaced: false };

/**
 * The kinds whose objects Airlock reads for a snapshot. kube-apiserver 1.31 to 1.36 uses these etcd prefixes
 * (pkg/kubeapiserver/default_storage_factory_builder.go).
 */
export const resourceMappings: readonly ResourceMapping[] = [
  mapping('v1', 'Namespace', 'namespaces', clusterScoped),
  mapping('v1', 'Node', 'nodes', { ...clusterScoped, etcdPrefix: 'minions' }),
  mapping('v1', 'Pod', 'pods'),
  mapping('v1', 'Service', 'services', { etcdPrefix: 'services/specs' }),
  mapping('v1', 'ConfigMap', 'configmaps'),
  mapping('v1', 'ServiceAccount', 'serviceaccounts'),
  mapping('v1', 'ResourceQuota', 'resourcequotas'),
  mapping('v1', 'LimitRange', 'limitranges'),
  mapping('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims'),
  mapping('v1', 'PersistentVolume', 'persistentvolumes', clusterScoped),
  mapping('v1', 'ReplicationController', 'replicationcontrollers', { etcdPrefix: 'controllers' }),
  mapping('apps/v1', 'Deployment', 'deployments'),
  mapping('apps/v1', 'ReplicaSet', 'replicasets'),
  mapping('apps/v1', 'StatefulSet', 'statefulsets'),
  mapping('apps/v1', 'DaemonSet', 'daemonsets'),
  mapping('apps/v1', 'ControllerRevision', 'controllerrevisions'),
  mapping('batch/v1', 'Job', 'jobs'),
  mapping('batch/v1', 'CronJob', 'cronjobs'),
  mapping('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
  mapping('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
  mapping('storage.k8s.io/v1', 'StorageClass', 'storageclasses', clusterScoped),
  mapping('storage.k8s.io/v1', 'CSINode', 'csinodes', clusterScoped),
  mapping('scheduling.k8s.io/v1', 'PriorityClass', 'priorityclasses', clusterScoped),
  mapping('node.k8s.io/v1', 'RuntimeClass', 'runtimeclasses', clusterScoped),
  mapping('rbac.authorization.k8s.io/v1', 'Role', 'roles'),
  mapping('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings'),
  mapping('rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles', clusterScoped),
  mapping('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'clusterrolebindings', clusterScoped),
  mapping('admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy', 'validatingadmissionpolicies', clusterScoped),
  mapping(
    'admissionregistration.k8s.io/v1',
    'ValidatingAdmissionPolicyBinding',
    'validatingadmissionpolicybindings',
    clusterScoped,
  ),
];

/**
 * The kinds that Airlock lists only for the `unknowns` of a snapshot. The `unknowns` are sentences about what the
 * sandbox does not contain. The sandbox's API server has no network, so it could not call webhooks or aggregated API
 * servers.
 */
export const listedOnlyMappings: readonly ResourceMapping[] = [
  mapping(
    'admissionregistration.k8s.io/v1',
    'MutatingWebhookConfiguration',
    'mutatingwebhookconfigurations',
    clusterScoped,
  ),
  mapping(
    'admissionregistration.k8s.io/v1',
    'ValidatingWebhookConfiguration',
    'validatingwebhookconfigurations',
    clusterScoped,
  ),
  mapping('apiregistration.k8s.io/v1', 'APIService', 'apiservices', clusterScoped),
];

/**
 * The mapping of Secrets. Airlock never reads Secrets, so `resourceMappingOf` does not return this mapping. The sandbox
 * needs the mapping to load stubs. A stub replaces a Secret: it has the name and the keys that pods reference, but
 * empty values.
 */
export const secretMapping = mapping('v1', 'Secret', 'secrets');

const eventMapping = mapping('v1', 'Event', 'events');
const byKey = new Map(
  [...resourceMappings, ...listedOnlyMappings, eventMapping].map((each) => [`${each.apiVersion} ${each.kind}`, each]),
);

/** Returns the mapping of a kind; undefined for Secrets and for kinds that Airlock does not know. */
export function resourceMappingOf(apiVersion: string, kind: string): ResourceMapping | undefined {
  return byKey.get(`${apiVersion} ${kind}`);
}

/** Returns the mapping of a kind. @throws TypeError if `resourceMappingOf` returns undefined. */
export function knownResourceMapping(apiVersion: string, kind: string): ResourceMapping {
  const found = resourceMappingOf(apiVersion, kind);
  if (!found) throw new TypeError(`resource-mapping.ts has no mapping for ${kind} of ${apiVersion}`);
  return found;
}
