import { conditionOf } from '../../domain/kubernetes/object-status.ts';
import { measureWorkload } from '../../domain/rehearsal/measurement.ts';
import { controlledBy } from '../../domain/kubernetes/owner-chain.ts';
import { refOf, type KubeObject } from '../../domain/kubernetes/object.ts';
import { limitEvents, limitNodes, limitPods } from './limit-evidence.ts';
import { knownResourceMapping } from '../../domain/kubernetes/resource-mapping.ts';
import type { ClusterReader } from '../ports.ts';
import { stripPod } from '../snapshot/strip-pod.ts';

/** Collects the evidence about an object of one kind, and summarises the evidence. */
export interface EvidenceCollector {
  /** Reads the objects of the evidence, up to the limits in limit-evidence.ts. The objects are not redacted yet. */
  collect(reader: ClusterReader, subject: KubeObject): Promise<KubeObject[]>;
  /** Returns one line for the journal. */
  summary(subject: KubeObject, objects: readonly KubeObject[]): string;
}

/** The kinds of objects that are listed in the namespace of a Deployment. */
const listedKinds = {
  sets: knownResourceMapping('apps/v1', 'ReplicaSet'),
  pods: knownResourceMapping('v1', 'Pod'),
  scalers: knownResourceMapping('autoscaling/v2', 'HorizontalPodAutoscaler'),
  budgets: knownResourceMapping('policy/v1', 'PodDisruptionBudget'),
  events: knownResourceMapping('v1', 'Event'),
};
const nodeKind = knownResourceMapping('v1', 'Node');

/** The namespace in which Kubernetes stores events about cluster-scoped objects. */
const clusterEventNamespace = 'default';

/**
 * The evidence about a Deployment: the Deployment, its ReplicaSets and pods, the autoscalers and PodDisruptionBudgets
 * of the namespace, the events about all these objects, and the nodes.
 */
const workload: EvidenceCollector = {
  async collect(reader, deployment) {
    const { namespace = '' } = refOf(deployment);
    const lists = Object.values(listedKinds).map((kind) => reader.list(kind, namespace));
    const [sets = [], pods = [], scalers = [], budgets = [], events = []] = await Promise.all(lists);
    const nodes = await reader.list(nodeKind);
    const ownSets = controlledBy(sets, deployment);
    const ownPods = limitPods(ownSets.flatMap((set) => controlledBy(pods, set)));
    const collected = [deployment, ...ownSets, ...ownPods, ...scalers, ...budgets];
    return [...collected, ...limitEvents(events, collected), ...limitNodes(nodes)];
  },
  summary(deployment, objects) {
    const measured = measureWorkload(objects, refOf(deployment));
    const revisions =
      countOf(objects, 'ReplicaSet') === 1 ? '1 revision' : `${countOf(objects, 'ReplicaSet')} revisions`;
    const events = countOf(objects, 'Event');
    return `${measured?.ready ?? 0} of ${measured?.replicas ?? 0} pods ready, ${revisions}, ${events} events`;
  },
};

/**
 * The evidence about a node: all nodes, the pods on this node, and the events about this node. The pods can be of any
 * namespace, so `stripPod` removes what may be private.
 */
const node: EvidenceCollector = {
  async collect(reader, subject) {
    const { name } = subject.metadata;
    const [nodes, pods, events] = await Promise.all([
      reader.list(nodeKind),
      reader.list(listedKinds.pods),
      reader.list(listedKinds.events, clusterEventNamespace),
    ]);
    const podsOnNode = limitPods(pods.filter((pod) => pod['spec']?.nodeName === name)).map(stripPod);
    // Events of the kubelet have the node's name as involvedObject.uid. Events of other components have the node's uid.
    const withNameAsUid = { ...subject, metadata: { ...subject.metadata, uid: name } };
    const others = nodes.filter((other) => other.metadata.name !== name);
    return [...limitNodes([subject, ...others]), ...podsOnNode, ...limitEvents(events, [subject, withNameAsUid])];
  },
  summary(subject, objects) {
    const ready = conditionOf(subject, 'Ready')?.status === 'True' ? 'ready' : 'not ready';
    const state = subject['spec']?.unschedulable ? `${ready}, cordoned` : ready;
    return `${state}, ${countOf(objects, 'Pod')} pods, 1 of ${countOf(objects, 'Node')} nodes`;
  },
};

/** The evidence collector for each kind of object that an incident can be about. */
export const evidenceCollectors: Readonly<Record<string, EvidenceCollector>> = { Deployment: workload, Node: node };

function countOf(objects: readonly KubeObject[], kind: string): number {
  return objects.filter((object) => object.kind === kind).length;
}
