import type { KubeObject } from '../../src/domain/kubernetes/object.ts';

/** The number of nodes in a new embedded target. There are three zones, so one zone has two nodes. */
export const initialNodeCount = 4;

const zones = ['a', 'b', 'c'];
/** The capacity of one node. Most pods of the shop request one CPU. A node has room for three such pods. */
const capacity = { cpu: '3', memory: '8Gi', pods: '20', 'ephemeral-storage': '50Gi' };

/**
 * Returns the Node object `node-<number>`. The node is Ready from the start.
 * @param number 1 for the first node.
 * @param now heartbeat and transition time of the node's conditions.
 */
export function node(number: number, now: Date): KubeObject {
  const name = `node-${String(number)}`;
  const time = now.toISOString().replace(/\.\d+/, '');
  const common = { lastHeartbeatTime: time, lastTransitionTime: time };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'topology.kubernetes.io/region': 'here',
        'topology.kubernetes.io/zone': `here-${zones[(number - 1) % zones.length] ?? ''}`,
      },
    },
    status: {
      phase: 'Running',
      capacity,
      allocatable: capacity,
      addresses: [
        { type: 'InternalIP', address: `10.9.0.${String(number)}` },
        { type: 'Hostname', address: name },
      ],
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'KubeletReady',
          message: 'kubelet is posting ready status',
          ...common,
        },
        {
          type: 'MemoryPressure',
          status: 'False',
          reason: 'KubeletHasSufficientMemory',
          message: 'kubelet has sufficient memory available',
          ...common,
        },
        {
          type: 'DiskPressure',
          status: 'False',
          reason: 'KubeletHasNoDiskPressure',
          message: 'kubelet has no disk pressure',
          ...common,
        },
        {
          type: 'PIDPressure',
          status: 'False',
          reason: 'KubeletHasSufficientPID',
          message: 'kubelet has sufficient PID available',
          ...common,
        },
      ],
      nodeInfo: {
        architecture: 'amd64',
        operatingSystem: 'linux',
        osImage: 'simulated',
        kernelVersion: '6.1.0',
        containerRuntimeVersion: 'containerd://2.1.0',
        kubeletVersion: 'v1.35.4',
        kubeProxyVersion: '',
        machineID: '',
        systemUUID: '',
        bootID: '',
      },
    },
  };
}
