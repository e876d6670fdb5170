/** How one kind is found: through the API, and in etcd under `/registry/<etcd>/[<namespace>/]<name>`. */
export interface Kind {
  apiVersion: string;
  kind: string;
  plural: string;
  namespaced: boolean;
  /** Key prefix in etcd below `/registry/`; the plural unless Kubernetes kept an older word. */
  etcd: string;
}

function kind(apiVersion: string, name: string, plural: string, options: Partial<Kind> = {}): Kind {
  return { apiVersion, kind: name, plural, namespaced: true, etcd: plural, ...options };
}
const cluster = { namespaced: false };

/**
 * Every kind that a snapshot holds, and nothing else: Secrets are not among them.
 * The etcd prefixes are those of kube-apiserver 1.31 to 1.36 (pkg/kubeapiserver/default_storage_factory_builder.go).
 */
export const kinds: readonly Kind[] = [
  kind('v1', 'Namespace', 'namespaces', cluster),
  kind('v1', 'Node', 'nodes', { ...cluster, etcd: 'minions' }),
  kind('v1', 'Pod', 'pods'),
  kind('v1', 'Service', 'services', { etcd: 'services/specs' }),
  kind('v1', 'ConfigMap', 'configmaps'),
  kind('v1', 'ServiceAccount', 'serviceaccounts'),
  kind('v1', 'ResourceQuota', 'resourcequotas'),
  kind('v1', 'LimitRange', 'limitranges'),
  kind('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims'),
  kind('v1', 'PersistentVolume', 'persistentvolumes', cluster),
  kind('v1', 'ReplicationController', 'replicationcontrollers', { etcd: 'controllers' }),
  kind('apps/v1', 'Deployment', 'deployments'),
  kind('apps/v1', 'ReplicaSet', 'replicasets'),
  kind('apps/v1', 'StatefulSet', 'statefulsets'),
  kind('apps/v1', 'DaemonSet', 'daemonsets'),
  kind('apps/v1', 'ControllerRevision', 'controllerrevisions'),
  kind('batch/v1', 'Job', 'jobs'),
  kind('batch/v1', 'CronJob', 'cronjobs'),
  kind('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
  kind('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
  kind('storage.k8s.io/v1', 'StorageClass', 'storageclasses', cluster),
  kind('storage.k8s.io/v1', 'CSINode', 'csinodes', cluster),
  kind('scheduling.k8s.io/v1', 'PriorityClass', 'priorityclasses', cluster),
  kind('node.k8s.io/v1', 'RuntimeClass', 'runtimeclasses', cluster),
  kind('rbac.authorization.k8s.io/v1', 'Role', 'roles'),
  kind('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings'),
  kind('rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles', cluster),
  kind('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'clusterrolebindings', cluster),
  kind('admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy', 'validatingadmissionpolicies', cluster),
  kind(
    'admissionregistration.k8s.io/v1',
    'ValidatingAdmissionPolicyBinding',
    'validatingadmissionpolicybindings',
    cluster,
  ),
];

/** Kinds that are listed for the report's unknowns, and never loaded (the sandbox has no network to call them). */
export const listedOnlyKinds: readonly Kind[] = [
  kind('admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration', 'mutatingwebhookconfigurations', cluster),
  kind('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'validatingwebhookconfigurations', cluster),
  kind('apiregistration.k8s.io/v1', 'APIService', 'apiservices', cluster),
];

const eventKind = kind('v1', 'Event', 'events');
const byKey = new Map([...kinds, ...listedOnlyKinds, eventKind].map((k) => [`${k.apiVersion} ${k.kind}`, k]));

/** The entry of a kind, or undefined where Airlock does not know it. */
export function kindOf(apiVersion: string, name: string): Kind | undefined {
  return byKey.get(`${apiVersion} ${name}`);
}
