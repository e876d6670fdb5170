import type { KubeObject } from '../src/domain/kubernetes/object.ts';

// Small Kubernetes objects for tests of pure code. A test sets the fields that it is about. The other fields are the same in
// all tests.

export const namespace = 'shop';

/** A pod template as a Deployment has it. */
export function template(app: string, image: string): any {
  return { metadata: { labels: { app } }, spec: { containers: [{ name: app, image }] } };
}

/** Deployment `name`, uid `uid-<name>`, with image `<name>:<release>` and a status about this generation. */
export function deployment(name: string, { release = 1, replicas = 2, ...rest }: Record<string, any> = {}): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name, uid: `uid-${name}`, resourceVersion: '100', generation: release },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: template(name, `${name}:${release}`),
      ...rest,
    },
    status: { observedGeneration: release, replicas, updatedReplicas: replicas, readyReplicas: replicas },
  };
}

/** The ReplicaSet of one release of a Deployment: `<name>-<release>`, with the label that its controller adds. */
export function replicaSet(name: string, release: number, replicas: number): KubeObject {
  const made = template(name, `${name}:${release}`);
  const labels = { ...made.metadata.labels, 'pod-template-hash': String(release) };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      namespace,
      name: `${name}-${release}`,
      uid: `uid-${name}-${release}`,
      creationTimestamp: new Date(Date.UTC(2025, 0, release)).toISOString(),
      labels,
      annotations: { 'deployment.kubernetes.io/revision': String(release) },
      ownerReferences: [owner('apps/v1', 'Deployment', name)],
    },
    spec: { replicas, selector: { matchLabels: labels }, template: { ...made, metadata: { labels } } },
    status: { replicas, readyReplicas: replicas, availableReplicas: replicas },
  };
}

/** A pod of a ReplicaSet, on a node and Ready unless `changes` say otherwise. */
export function pod(
  set: string,
  suffix: string,
  changes: { metadata?: any; spec?: any; status?: any } = {},
): KubeObject {
  const { metadata, spec = { nodeName: 'node-1' }, status } = changes;
  const conditions = [
    { type: 'PodScheduled', status: 'True' },
    { type: 'Ready', status: 'True' },
  ];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace,
      name: `${set}-${suffix}`,
      uid: `uid-${set}-${suffix}`,
      ownerReferences: [owner('apps/v1', 'ReplicaSet', set)],
      ...metadata,
    },
    spec,
    status: { phase: 'Running', conditions, ...status },
  };
}

/** A pod that no node was found for. */
export function unschedulablePod(set: string, suffix: string): KubeObject {
  const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }];
  return pod(set, suffix, { spec: {}, status: { phase: 'Pending', conditions } });
}

/** A HorizontalPodAutoscaler of a Deployment. */
export function autoscaler(target: string): KubeObject {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { namespace, name: `${target}-scaler`, uid: `uid-${target}-scaler` },
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: target }, maxReplicas: 9 },
  };
}

function owner(apiVersion: string, kind: string, name: string) {
  return { apiVersion, kind, name, uid: `uid-${name}`, controller: true };
}

/** A Node, uid `uid-<name>`, Ready; with what a test changes of its spec. */
export function node(name: string, spec: object = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, uid: `uid-${name}`, resourceVersion: '7' },
    spec,
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  };
}
