import type { KubeObject } from '../../domain/kubernetes/object.ts';

type Fields = Record<string, any>;

/** What the scheduler and its plugins read of a container (scheduler framework, v1.31 to v1.36). */
const containerFields = ['name', 'image', 'resources', 'restartPolicy', 'ports'];
const specFields = [
  ...['nodeName', 'nodeSelector', 'affinity', 'tolerations', 'topologySpreadConstraints', 'schedulerName'],
  ...['schedulingGates', 'priority', 'priorityClassName', 'preemptionPolicy', 'overhead', 'resources', 'hostNetwork'],
  ...['runtimeClassName', 'serviceAccountName', 'restartPolicy', 'terminationGracePeriodSeconds', 'resourceClaims'],
];
const statusFields = [
  ...['phase', 'nominatedNodeName', 'qosClass', 'startTime', 'resources', 'allocatedResources'],
  ...['resize', 'resourceClaimStatuses'],
];
const conditionFields = ['type', 'status', 'reason', 'lastTransitionTime'];
const containerStatusFields = ['name', 'ready', 'started', 'restartCount', 'resources', 'allocatedResources'];
const stateFields = ['reason', 'exitCode', 'startedAt', 'finishedAt'];

/**
 * A pod of a namespace that the plan does not touch, cut down to what decides where other pods fit: requests, ports,
 * affinities, priorities, claims, its labels, and how far it is. Commands, environment, annotations, addresses and every
 * message stay behind: a container writes its own last words, whatever they hold.
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
    status: stripStatus((pod['status'] ?? {}) as Fields),
  };
}

/** Words of Kubernetes' own and times, by which a sandbox tells how pods of this template start, run and end. */
function stripStatus(status: Fields): Fields {
  return defined({
    ...pick(status, statusFields),
    conditions: status['conditions']?.map((condition: Fields) => pick(condition, conditionFields)),
    containerStatuses: status['containerStatuses']?.map(stripContainerStatus),
    initContainerStatuses: status['initContainerStatuses']?.map(stripContainerStatus),
  });
}

function stripContainerStatus(status: Fields): Fields {
  const { state, lastState } = status;
  return defined({
    ...pick(status, containerStatusFields),
    state: state && stripState(state),
    lastState: lastState && stripState(lastState),
  });
}

function stripState(state: Fields): Fields {
  return Object.fromEntries(Object.entries(state).map(([word, about]) => [word, pick(about as Fields, stateFields)]));
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
