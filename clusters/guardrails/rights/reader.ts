import { clusterRole, type Manifest, type Rule } from '../manifest.ts';
import { clusterRoles } from '../names.ts';

const readVerbs = ['get', 'list', 'watch'];

/**
 * What `observe` may read in a target. The verb `watch` and some resources, such as `endpoints`, are not used yet.
 * - Secrets: there is no rule for them. A snapshot contains stubs instead (Secrets with empty values).
 * - ConfigMaps: RBAC cannot allow reading the keys without the values. So `observe` can read a password that somebody
 *   keeps in a ConfigMap. A snapshot keeps the values only of the ConfigMaps that are parameters of a
 *   ValidatingAdmissionPolicy.
 * - RBAC objects and ValidatingAdmissionPolicies: the sandbox loads and enforces them.
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
    verbs: readVerbs,
  },
  {
    apiGroups: ['apps'],
    resources: ['controllerrevisions', 'daemonsets', 'deployments', 'replicasets', 'statefulsets'],
    verbs: readVerbs,
  },
  { apiGroups: ['batch'], resources: ['cronjobs', 'jobs'], verbs: readVerbs },
  { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: readVerbs },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: readVerbs },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: readVerbs },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: readVerbs },
  {
    apiGroups: ['storage.k8s.io'],
    resources: ['csidrivers', 'csinodes', 'csistoragecapacities', 'storageclasses', 'volumeattachments'],
    verbs: readVerbs,
  },
  { apiGroups: ['scheduling.k8s.io'], resources: ['priorityclasses'], verbs: readVerbs },
  { apiGroups: ['node.k8s.io'], resources: ['runtimeclasses'], verbs: readVerbs },
  {
    apiGroups: ['resource.k8s.io'],
    resources: ['deviceclasses', 'resourceclaims', 'resourceclaimtemplates', 'resourceslices'],
    verbs: readVerbs,
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
    verbs: readVerbs,
  },
  { apiGroups: ['apiregistration.k8s.io'], resources: ['apiservices'], verbs: readVerbs },
  { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: readVerbs },
  {
    apiGroups: ['rbac.authorization.k8s.io'],
    resources: ['clusterrolebindings', 'clusterroles', 'rolebindings', 'roles'],
    verbs: readVerbs,
  },
];

/** Returns the ClusterRole `airlock-reader`, which every read lease grants. */
export function readerClusterRole(): Manifest {
  return clusterRole(clusterRoles.reader, rules);
}
