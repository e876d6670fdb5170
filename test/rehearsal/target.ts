import { randomUUID } from 'node:crypto';
import { guardrailManifests } from '../../clusters/guardrails/manifests.ts';
import { chartValuesFile } from '../../clusters/guardrails/render-chart.ts';
import { readGuardrailValues } from '../../clusters/guardrails/values.ts';
import { omitUndefined } from '../../src/lib/omit-undefined.ts';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import type { Snapshot } from '../../src/domain/rehearsal/snapshot.ts';

// The state of a target as the API server returns it: a Deployment `web` whose second release crashes.

export const namespace = 'shop';
const began = Date.parse('2026-11-20T08:00:00Z');
const hashes = { good: '6c8f9d7b54', bad: '7d4b8c6f95' };
export const sets = { good: `web-${hashes.good}`, bad: `web-${hashes.bad}` };

/** The differences between the targets of the tests. */
export interface TargetOptions {
  nodes?: number;
  /** CPU of each node in millicores. */
  nodeCpu?: number;
  /** Number of pods of each release. */
  good?: number;
  bad?: number;
  replicas?: number;
  takenAt?: string;
  /** The nodes that the administrator allows, in place of the chart's. */
  allowedNodes?: string[];
}

/** The snapshot of a target with Airlock's guardrails installed. */
export async function snapshotOf(options: TargetOptions = {}): Promise<Snapshot> {
  const { nodes = 3, nodeCpu = 1000, takenAt = '2026-11-20T09:00:00Z' } = options;
  const chart = await readGuardrailValues(chartValuesFile);
  const guardrails = guardrailManifests({
    ...chart,
    allowedNodes: options.allowedNodes ?? chart.allowedNodes,
  }) as KubeObject[];
  const objects = [
    ...['default', 'kube-system', namespace].map((name) => namespaceObject(name)),
    object('v1', 'ServiceAccount', { name: 'default', namespace }),
    ...guardrails.filter((manifest) => manifest.kind !== 'Namespace').map(stored),
    ...guardrails
      .filter((manifest) => manifest.kind === 'Namespace')
      .map(({ metadata }) => namespaceObject(metadata.name, metadata.labels)),
    ...Array.from({ length: nodes }, (_, index) => node(`node-${index + 1}`, nodeCpu)),
    object('v1', 'Secret', { name: 'db', namespace }, { type: 'Opaque', data: { password: '' } }),
    ...workload(options),
  ];
  return {
    version: 'airlock-snapshot/1',
    cluster: 'east',
    takenAt,
    kubernetes: 'v1.35.4',
    objects,
    events: [],
    unknowns: [],
  };
}

function workload({ good = 2, bad = 1, replicas = 2 }: TargetOptions): KubeObject[] {
  const selector = { matchLabels: { app: 'web' } };
  const deployment = object(
    'apps/v1',
    'Deployment',
    { name: 'web', namespace, generation: 2 },
    {
      spec: {
        replicas,
        selector,
        template: template('good'),
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
      },
      status: {
        observedGeneration: 2,
        replicas: good + bad,
        updatedReplicas: bad,
        readyReplicas: good,
        availableReplicas: good,
      },
    },
  );
  deployment.metadata.annotations = { 'deployment.kubernetes.io/revision': bad > 0 ? '2' : '1' };
  deployment['spec'].template = template(bad > 0 ? 'bad' : 'good');
  const old = replicaSet(deployment, 'good', good);
  const newer = replicaSet(deployment, 'bad', bad);
  const pods = [...podsOf(old, 'good', good), ...podsOf(newer, 'bad', bad)];
  return [deployment, old, newer, ...pods];
}

type Release = keyof typeof hashes;

function template(release: Release, labels: Record<string, string> = {}): any {
  const container = {
    name: 'web',
    image: `registry.example/web:${release}`,
    env: [
      { name: 'MODE', value: `hmac:${release}` },
      { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
    ],
    resources: { requests: { cpu: '250m', memory: '64Mi' } },
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: 'IfNotPresent',
  };
  return {
    metadata: { labels: { app: 'web', ...labels } },
    spec: { containers: [container], ...podDefaults },
  };
}

const podDefaults = {
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 5,
  dnsPolicy: 'ClusterFirst',
  securityContext: {},
  schedulerName: 'default-scheduler',
};

function replicaSet(deployment: KubeObject, release: Release, replicas: number): KubeObject {
  const labels = { app: 'web', 'pod-template-hash': hashes[release] };
  const ready = release === 'good' ? replicas : undefined;
  const set = object(
    'apps/v1',
    'ReplicaSet',
    { name: sets[release], namespace, generation: 1, labels },
    {
      spec: { replicas, selector: { matchLabels: labels }, template: template(release, labels) },
      status: {
        replicas,
        fullyLabeledReplicas: replicas,
        observedGeneration: 1,
        ...omitUndefined({ readyReplicas: ready, availableReplicas: ready }),
      },
    },
  );
  set.metadata.annotations = {
    'deployment.kubernetes.io/revision': release === 'good' ? '1' : '2',
    'deployment.kubernetes.io/desired-replicas': String(deployment['spec'].replicas),
    'deployment.kubernetes.io/max-replicas': String(deployment['spec'].replicas + 1),
  };
  set.metadata.ownerReferences = [controlledBy(deployment)];
  return set;
}

function podsOf(set: KubeObject, release: Release, count: number): KubeObject[] {
  return Array.from({ length: count }, (_, index) => {
    const pod = object(
      'v1',
      'Pod',
      { name: `${set.metadata.name}-${index}`, namespace, labels: set['spec'].template.metadata.labels },
      {
        spec: {
          ...set['spec'].template.spec,
          nodeName: `node-${index + 1}`,
          serviceAccountName: 'default',
          serviceAccount: 'default',
          enableServiceLinks: true,
          priority: 0,
          preemptionPolicy: 'PreemptLowerPriority',
          tolerations: [],
        },
        status: podStatus(release, `10.1.${index}.${release === 'good' ? 1 : 2}`),
      },
    );
    pod.metadata.ownerReferences = [controlledBy(set)];
    return pod;
  });
}

function podStatus(release: Release, podIP: string): any {
  const ready = release === 'good';
  const status = (name: string, value: boolean, second: number) => ({
    type: name,
    status: value ? 'True' : 'False',
    lastTransitionTime: at(second),
  });
  const conditions = [
    status('PodScheduled', true, 0),
    status('Initialized', true, 1),
    status('Ready', ready, 2),
    status('ContainersReady', ready, 2),
  ];
  const terminated = { exitCode: 1, reason: 'Error', startedAt: at(2), finishedAt: at(3) };
  const container = ready
    ? { ready, started: true, restartCount: 0, state: { running: { startedAt: at(2) } } }
    : {
        ready,
        started: false,
        restartCount: 4,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated },
      };
  const containerStatuses = [{ name: 'web', image: `registry.example/web:${release}`, imageID: '', ...container }];
  return {
    phase: 'Running',
    conditions,
    containerStatuses,
    hostIP: '10.9.0.1',
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: at(0),
    qosClass: 'Burstable',
  };
}

function node(name: string, cpu: number): KubeObject {
  const room = { cpu: `${cpu}m`, memory: '8Gi', pods: '110' };
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'KubeletReady',
    lastHeartbeatTime: at(0),
    lastTransitionTime: at(0),
  };
  const labels = { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' };
  return object(
    'v1',
    'Node',
    { name, labels },
    { spec: {}, status: { capacity: room, allocatable: room, conditions: [ready] } },
  );
}

function namespaceObject(name: string, labels: Record<string, string> = {}): KubeObject {
  return object(
    'v1',
    'Namespace',
    { name, labels: { ...labels, 'kubernetes.io/metadata.name': name } },
    { spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } },
  );
}

function object(apiVersion: string, kind: string, metadata: KubeObject['metadata'], rest: object = {}): KubeObject {
  return stored({ apiVersion, kind, metadata, ...rest });
}

function stored(manifest: KubeObject): KubeObject {
  return { ...manifest, metadata: { ...manifest.metadata, uid: randomUUID(), creationTimestamp: at(0) } };
}

function controlledBy({ apiVersion, kind, metadata }: KubeObject) {
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? '', controller: true, blockOwnerDeletion: true };
}

function at(second: number): string {
  return new Date(began + second * 1000).toISOString().replace('.000', '');
}
