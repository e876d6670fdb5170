import { keysOfJsonPointer } from '../../lib/json/json-pointer.ts';

/**
 * The fields of a pod spec, the most important first: what runs, with which rights, what it reaches, what it reads. A
 * name stands for a field of the pod spec and for a field of its containers.
 */
const groups: readonly (readonly string[])[] = [
  ['image'],
  ['command', 'args', 'workingDir'],
  ['serviceAccountName', 'serviceAccount', 'automountServiceAccountToken'],
  ['securityContext'],
  ['hostNetwork', 'hostPID', 'hostIPC', 'hostUsers', 'shareProcessNamespace', 'hostAliases', 'ports'],
  ['volumes', 'volumeMounts', 'volumeDevices'],
  ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'],
  ['env', 'envFrom'],
];
const containerLists: readonly string[] = ['containers', 'initContainers', 'ephemeralContainers'];
const podSpec = ['spec', 'template', 'spec'];

/** The rank of a field outside a pod template's pod spec. */
const notRelevant = groups.length + 1;

/**
 * Returns the place of a changed field in the list that an approver reads. A lower number comes first.
 * @param path JSON pointer of the field in a Deployment or Node.
 */
export function securityRank(path: string): number {
  const keys = keysOfJsonPointer(path);
  if (!podSpec.every((key, index) => keys[index] === key)) return notRelevant;
  const [field = '', , containerField = ''] = keys.slice(podSpec.length);
  const name = containerLists.includes(field) ? containerField : field;
  const rank = groups.findIndex((group) => group.includes(name));
  // A field that this list does not know, such as one of a later Kubernetes version, is relevant too.
  return rank < 0 ? groups.length : rank;
}

/**
 * Returns true for every field of a pod spec: what containers run, with which rights, what they reach and read. The
 * other fields that a plan can change are annotations, labels, the number of replicas, and `unschedulable` of a node.
 */
export function isSecurityRelevant(path: string): boolean {
  return securityRank(path) < notRelevant;
}
