import { condition } from '../../domain/kubernetes/object-status.ts';
import { measureWorkload } from '../../domain/rehearsal/measurement.ts';
import { controlledBy } from '../../domain/kubernetes/owner-chain.ts';
import { refOf, type KubeObject } from '../../domain/kubernetes/object.ts';
import { limitEvents, limitNodes, limitPods } from './limit-evidence.ts';
import { knownResourceMapping } from '../../domain/kubernetes/resource-mapping.ts';
import type { ClusterReader } from '../ports.ts';
import { stripPod } from '../snapshot/strip-pod.ts';

/** Collects the evidence about one kind of object and summarises it in one line. */
export interface EvidenceCollector {
  /** The objects of the evidence, of limited number, as the cluster returns them: not redacted yet. */
  collect(reader: ClusterReader, subject: KubeObject): Promise<KubeObject[]>;
  summary(subject: KubeObject, objects: readonly KubeObject[]): string;
}

/** Kinds that evidence about a workload lists in its namespace. Only its own pods and ReplicaSets are kept. */
const kinds = {
  sets: knownResourceMapping('apps/v1', 'ReplicaSet'),
  pods: knownResourceMapping('v1', 'Pod'),
  scalers: knownResourceMapping('autoscaling/v2', 'HorizontalPodAutoscaler'),
  budgets: knownResourceMapping('policy/v1', 'PodDisruptionBudget'),
  events: knownResourceMapping('v1', 'Event'),
};
const nodeKind = knownResourceMapping('v1', 'Node');

/** The namespace of events about cluster-scoped objects. */
const clusterEventNamespace = 'default';

/** A Deployment, its ReplicaSets and pods, the autoscalers and disruption budgets of its namespace, events, all nodes. */
const workload: EvidenceCollector = {
  async collect(reader, deployment) {
    const { namespace = '' } = refOf(deployment);
    const lists = Object.values(kinds).map((kind) => reader.list(kind, namespace));
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

/** All nodes, events about this one, and its pods reduced to what scheduling reads: they can be of any namespace. */
const node: EvidenceCollector = {
  async collect(reader, subject) {
    const { name } = subject.metadata;
    const [nodes, pods, events] = await Promise.all([
      reader.list(nodeKind),
      reader.list(kinds.pods),
      reader.list(kinds.events, clusterEventNamespace),
    ]);
    const own = limitPods(pods.filter((pod) => pod['spec']?.nodeName === name)).map(stripPod);
    // The kubelet's events have the node's name as uid, those of other components its uid.
    const withNameAsUid = { ...subject, metadata: { ...subject.metadata, uid: name } };
    const others = nodes.filter((other) => other.metadata.name !== name);
    return [...limitNodes([subject, ...others]), ...own, ...limitEvents(events, [subject, withNameAsUid])];
  },
  summary(subject, objects) {
    const ready = condition(subject, 'Ready')?.status === 'True' ? 'ready' : 'not ready';
    const state = subject['spec']?.unschedulable ? `${ready}, cordoned` : ready;
    return `${state}, ${countOf(objects, 'Pod')} pods, 1 of ${countOf(objects, 'Node')} nodes`;
  },
};

/** By kind of the object that an incident is about. */
export const evidenceCollectors: Readonly<Record<string, EvidenceCollector>> = { Deployment: workload, Node: node };

function countOf(objects: readonly KubeObject[], kind: string): number {
  return objects.filter((object) => object.kind === kind).length;
}
