import { conditionOf } from '../../domain/kubernetes/object-status.ts';
import { measureWorkload } from '../../domain/rehearsal/measurement.ts';
import { controlledBy } from '../../domain/kubernetes/owner-chain.ts';
import { refOf, type KubeObject } from '../../domain/kubernetes/object.ts';
import { limitEvents, limitNodes, limitPods } from './limit-evidence.ts';
import { knownResourceMapping, type ResourceMapping } from '../../domain/kubernetes/resource-mapping.ts';
import { plural } from '../../lib/plural.ts';
import type { ClusterReader } from '../ports.ts';
import { stripPod } from '../snapshot/strip-pod.ts';

/** Collects and summarises the evidence about an object of one kind. */
export interface EvidenceCollector {
  /**
   * Returns the unredacted objects of the evidence. The numbers of pods, events and nodes are limited.
   * @param subject the object that the incident is about.
   */
  collect(reader: ClusterReader, subject: KubeObject): Promise<KubeObject[]>;
  /** Returns one line for the journal. @param objects what `collect` returned. */
  summary(subject: KubeObject, objects: readonly KubeObject[]): string;
}

/** The namespaced kinds that the collectors list. */
const namespacedKinds = {
  replicaSets: knownResourceMapping('apps/v1', 'ReplicaSet'),
  pods: knownResourceMapping('v1', 'Pod'),
  autoscalers: knownResourceMapping('autoscaling/v2', 'HorizontalPodAutoscaler'),
  disruptionBudgets: knownResourceMapping('policy/v1', 'PodDisruptionBudget'),
  events: knownResourceMapping('v1', 'Event'),
};
const nodeKind = knownResourceMapping('v1', 'Node');

/** Kubernetes stores events about cluster-scoped objects in this namespace. */
const clusterEventNamespace = 'default';

/**
 * Collects the Deployment, its ReplicaSets and its pods. Also collects the autoscalers and PodDisruptionBudgets of the
 * namespace, the events about the collected objects, and the nodes of the cluster.
 */
const deploymentEvidence: EvidenceCollector = {
  async collect(reader, deployment) {
    const { namespace = '' } = refOf(deployment);
    const list = (kind: ResourceMapping): Promise<KubeObject[]> => reader.list(kind, namespace);
    const [replicaSets, pods, autoscalers, disruptionBudgets, events] = await Promise.all([
      list(namespacedKinds.replicaSets),
      list(namespacedKinds.pods),
      list(namespacedKinds.autoscalers),
      list(namespacedKinds.disruptionBudgets),
      list(namespacedKinds.events),
    ]);
    const nodes = await reader.list(nodeKind);
    const ownReplicaSets = controlledBy(replicaSets, deployment);
    const ownPods = limitPods(ownReplicaSets.flatMap((replicaSet) => controlledBy(pods, replicaSet)));
    const collected = [deployment, ...ownReplicaSets, ...ownPods, ...autoscalers, ...disruptionBudgets];
    return [...collected, ...limitEvents(events, collected), ...limitNodes(nodes)];
  },
  summary(deployment, objects) {
    const measured = measureWorkload(objects, refOf(deployment));
    const revisions = plural(countOf(objects, 'ReplicaSet'), 'revision');
    const events = countOf(objects, 'Event');
    return `${measured?.ready ?? 0} of ${measured?.replicas ?? 0} pods ready, ${revisions}, ${events} events`;
  },
};

/**
 * Collects the node, the pods on this node, the events about this node, and the other nodes. The pods can be of any
 * namespace. `stripPod` removes the parts of a pod that may be private, such as commands and environment variables.
 */
const nodeEvidence: EvidenceCollector = {
  async collect(reader, subject) {
    const { name } = subject.metadata;
    const [nodes, pods, events] = await Promise.all([
      reader.list(nodeKind),
      reader.list(namespacedKinds.pods),
      reader.list(namespacedKinds.events, clusterEventNamespace),
    ]);
    const podsOnNode = limitPods(pods.filter((pod) => pod['spec']?.nodeName === name)).map(stripPod);
    // Some components, such as the kubelet, write the node's name into the field involvedObject.uid of their events.
    // Other components write the node's uid.
    const withNameAsUid = { ...subject, metadata: { ...subject.metadata, uid: name } };
    const otherNodes = nodes.filter((other) => other.metadata.name !== name);
    return [...limitNodes([subject, ...otherNodes]), ...podsOnNode, ...limitEvents(events, [subject, withNameAsUid])];
  },
  summary(subject, objects) {
    const ready = conditionOf(subject, 'Ready')?.status === 'True' ? 'ready' : 'not ready';
    const state = subject['spec']?.unschedulable ? `${ready}, cordoned` : ready;
    return `${state}, ${countOf(objects, 'Pod')} pods on this node, ${countOf(objects, 'Node')} nodes listed`;
  },
};

/** The evidence collectors by kind. Airlock collects no evidence about objects of other kinds. */
export const evidenceCollectors: Readonly<Record<string, EvidenceCollector>> = {
  Deployment: deploymentEvidence,
  Node: nodeEvidence,
};

function countOf(objects: readonly KubeObject[], kind: string): number {
  return objects.filter((object) => object.kind === kind).length;
}
