import { clusterRole, type Manifest, type Rule } from '../manifest.ts';
import { clusterRoles } from '../names.ts';

const read = ['get', 'list', 'watch'];

/**
 * What `observe` may read in a cluster: the objects of a snapshot, the objects of evidence, and the cluster's admission
 * and RBAC objects. The sandbox loads admission policies and RBAC objects too, so it refuses what the cluster refuses.
 * - `observe` may not read Secrets, tokens or logs, and may not exec into pods. A rehearsal creates stubs for the
 *   Secrets that templates refer to.
 * - `observe` may read ConfigMaps with their values, so it can read a secret that somebody keeps in a ConfigMap. A
 *   rehearsal needs the values only of ConfigMaps that are parameters of an admission policy, and only the keys of all
 *   others. But RBAC cannot grant keys without values.
 */
const rules: Rule[] = [
  {
    apiGroups: [''],
    resources: [
      'configmaps',
      'endpoints',
      'events',
      'limitranges',
      'namespaces',
      'nodes',
      'persistentvolumeclaims',
      'persistentvolumes',
      'pods',
      'podtemplates',
      'replicationcontrollers',
      'resourcequotas',
      'serviceaccounts',
      'services',
    ],
    verbs: read,
  },
  {
    apiGroups: ['apps'],
    resources: ['controllerrevisions', 'daemonsets', 'deployments', 'replicasets', 'statefulsets'],
    verbs: read,
  },
  { apiGroups: ['batch'], resources: ['cronjobs', 'jobs'], verbs: read },
  { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: read },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: read },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: read },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: read },
  {
    apiGroups: ['storage.k8s.io'],
    resources: ['csidrivers', 'csinodes', 'csistoragecapacities', 'storageclasses', 'volumeattachments'],
    verbs: read,
  },
  { apiGroups: ['scheduling.k8s.io'], resources: ['priorityclasses'], verbs: read },
  { apiGroups: ['node.k8s.io'], resources: ['runtimeclasses'], verbs: read },
  {
    apiGroups: ['resource.k8s.io'],
    resources: ['deviceclasses', 'resourceclaims', 'resourceclaimtemplates', 'resourceslices'],
    verbs: read,
  },
  {
    apiGroups: ['admissionregistration.k8s.io'],
    resources: [
      'validatingadmissionpolicies',
      'mutatingadmissionpolicies',
      'validatingadmissionpolicybindings',
      'mutatingadmissionpolicybindings',
      'mutatingwebhookconfigurations',
      'validatingwebhookconfigurations',
    ],
    verbs: read,
  },
  { apiGroups: ['apiregistration.k8s.io'], resources: ['apiservices'], verbs: read },
  { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: read },
  {
    apiGroups: ['rbac.authorization.k8s.io'],
    resources: ['clusterrolebindings', 'clusterroles', 'rolebindings', 'roles'],
    verbs: read,
  },
];

/** The only ClusterRole that the read minter can bind. */
export function reader(): Manifest {
  return clusterRole(clusterRoles.reader, rules);
}
