import type { KubeObject } from '../domain/kubernetes.ts';

type Fields = Record<string, any>;

/** What the scheduler and its plugins read of a container (scheduler framework, v1.31 to v1.36). */
const containerFields = ['name', 'image', 'resources', 'restartPolicy', 'ports'];
const specFields = [
  ...['nodeName', 'nodeSelector', 'affinity', 'tolerations', 'topologySpreadConstraints', 'schedulerName'],
  ...['schedulingGates', 'priority', 'priorityClassName', 'preemptionPolicy', 'overhead', 'resources', 'hostNetwork'],
  ...['runtimeClassName', 'serviceAccountName', 'restartPolicy', 'terminationGracePeriodSeconds', 'resourceClaims'],
];

/**
 * A pod of a namespace that the plan does not touch, cut down to what decides where other pods fit: requests, ports,
 * affinities, priorities, claims, its labels and its status. Commands, environment and annotations stay behind.
 */
export function stripPod(pod: KubeObject): KubeObject {
  const { name, namespace, uid, labels, ownerReferences, creationTimestamp, ...metadata } = pod.metadata;
  const spec = (pod['spec'] ?? {}) as Fields;
  const { deletionTimestamp, deletionGracePeriodSeconds, generation } = metadata;
  const kept = { name, namespace, uid, labels, ownerReferences, creationTimestamp, deletionTimestamp, generation };
  return {
    apiVersion: pod.apiVersion,
    kind: pod.kind,
    metadata: defined({ ...kept, deletionGracePeriodSeconds }) as unknown as KubeObject['metadata'],
    spec: defined({
      ...pick(spec, specFields),
      containers: spec['containers']?.map(stripContainer),
      initContainers: spec['initContainers']?.map(stripContainer),
      volumes: spec['volumes']?.filter((volume: Fields) => volume['persistentVolumeClaim'] ?? volume['ephemeral']),
    }),
    status: pod['status'],
  };
}

function stripContainer(container: Fields): Fields {
  return pick(container, containerFields);
}

function pick(from: Fields, keys: readonly string[]): Fields {
  return Object.fromEntries(keys.filter((key) => from[key] !== undefined).map((key) => [key, from[key]]));
}

function defined(fields: Fields): Fields {
  return pick(fields, Object.keys(fields));
}
