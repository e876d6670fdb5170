import { clusterRole, type Manifest, type Rule } from '../manifest.ts';
import { clusterRoles } from '../names.ts';

const read = ['get', 'list', 'watch'];

/**
 * What observation may read: what a snapshot holds, what evidence needs, and the locks themselves, which a rehearsal
 * loads so that Forbidden there is Forbidden here.
 * - No Secrets, no tokens, no logs, no exec: a rehearsal makes stubs for the Secret names that templates reference.
 * - ConfigMaps come with their values: RBAC cannot give names and keys alone. Rehearsals need the keys, and the values
 *   of those that parametrise admission policies; an owner who keeps secrets in ConfigMaps shows them to observation.
 */
const rules: Rule[] = [
  {
    apiGroups: [''],
    resources: [
      ...['configmaps', 'endpoints', 'events', 'limitranges', 'namespaces', 'nodes', 'persistentvolumeclaims'],
      ...['persistentvolumes', 'pods', 'podtemplates', 'replicationcontrollers', 'resourcequotas', 'serviceaccounts'],
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
      ...['validatingadmissionpolicies', 'mutatingadmissionpolicies'],
      ...['validatingadmissionpolicybindings', 'mutatingadmissionpolicybindings'],
      ...['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
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

/** The one ClusterRole that the read minter can bind. */
export function reader(): Manifest {
  return clusterRole(clusterRoles.reader, rules);
}
