import type { KubeObject } from '../../src/domain/kubernetes/object.ts';

/** Number of nodes of a new embedded target: three zones, one of them with two nodes. */
export const firstNodes = 4;

const zones = ['a', 'b', 'c'];
/** By requested CPU, three pods of the shop fit on a node, so twelve fit on four nodes. */
const size = { cpu: '3', memory: '8Gi', pods: '20', 'ephemeral-storage': '50Gi' };

/** Node number n, counted from 1, as its kubelet would register it. It is Ready from the start. */
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
      capacity: size,
      allocatable: size,
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
