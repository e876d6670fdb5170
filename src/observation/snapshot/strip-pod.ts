import type { KubeObject } from '../../domain/kubernetes/object.ts';
import { omitUndefined } from '../../lib/omit-undefined.ts';
import { pick, type Fields } from '../pick.ts';

// The fields that `stripPod` keeps. The scheduler reads some of these fields when it places a different pod (scheduler
// framework, v1.31 to v1.36). The sandbox needs the rest to load the pod and to infer how pods behave.
const containerFields = ['name', 'image', 'resources', 'restartPolicy', 'ports'];
const specFields = [
  'nodeName',
  'nodeSelector',
  'affinity',
  'tolerations',
  'topologySpreadConstraints',
  'schedulerName',
  'schedulingGates',
  'priority',
  'priorityClassName',
  'preemptionPolicy',
  'overhead',
  'resources',
  'hostNetwork',
  'runtimeClassName',
  'serviceAccountName',
  'restartPolicy',
  'terminationGracePeriodSeconds',
  'resourceClaims',
];
const statusFields = [
  'phase',
  'nominatedNodeName',
  'qosClass',
  'startTime',
  'resources',
  'allocatedResources',
  'resize',
  'resourceClaimStatuses',
];
const conditionFields = ['type', 'status', 'reason', 'lastTransitionTime'];
const containerStatusFields = ['name', 'ready', 'started', 'restartCount', 'resources', 'allocatedResources'];
const stateFields = ['reason', 'exitCode', 'startedAt', 'finishedAt'];

/**
 * Returns a copy of a pod without fields that may be private, such as commands, environment variables, the pod's
 * annotations, addresses and messages. A message can contain any text, because a container can write its own
 * termination message. The fields of the copy show where other pods fit and how pods behave. Examples are resource
 * requests, affinities, labels and reasons.
 */
export function stripPod(pod: KubeObject): KubeObject {
  const { name, namespace, uid, labels, ownerReferences, creationTimestamp, ...metadata } = pod.metadata;
  const spec = (pod['spec'] ?? {}) as Fields;
  const { deletionTimestamp, deletionGracePeriodSeconds, generation } = metadata;
  const kept = { name, namespace, uid, labels, ownerReferences, creationTimestamp, deletionTimestamp, generation };
  return {
    apiVersion: pod.apiVersion,
    kind: pod.kind,
    metadata: omitUndefined({ ...kept, deletionGracePeriodSeconds }) as unknown as KubeObject['metadata'],
    spec: omitUndefined({
      ...pick(spec, specFields),
      containers: spec['containers']?.map(stripContainer),
      initContainers: spec['initContainers']?.map(stripContainer),
      volumes: spec['volumes']?.filter((volume: Fields) => volume['persistentVolumeClaim'] ?? volume['ephemeral']),
    }),
    status: stripStatus((pod['status'] ?? {}) as Fields),
  };
}

/** Keeps reasons and times. From these, the sandbox infers how the pods of one template start, run and end. */
function stripStatus(status: Fields): Fields {
  return omitUndefined({
    ...pick(status, statusFields),
    conditions: status['conditions']?.map((condition: Fields) => pick(condition, conditionFields)),
    containerStatuses: status['containerStatuses']?.map(stripContainerStatus),
    initContainerStatuses: status['initContainerStatuses']?.map(stripContainerStatus),
  });
}

function stripContainerStatus(status: Fields): Fields {
  const { state, lastState } = status;
  return omitUndefined({
    ...pick(status, containerStatusFields),
    state: state && stripState(state),
    lastState: lastState && stripState(lastState),
  });
}

function stripState(state: Fields): Fields {
  return Object.fromEntries(
    Object.entries(state).map(([name, details]) => [name, pick(details as Fields, stateFields)]),
  );
}

function stripContainer(container: Fields): Fields {
  return pick(container, containerFields);
}
