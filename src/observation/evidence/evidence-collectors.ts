import { condition, workloadFacts } from '../../domain/rehearsal/measurement.ts';
import { ownedBy, refOf, type KubeObject } from '../../domain/kubernetes/object.ts';
import { boundEvents, boundNodes, boundPods } from './bound-evidence.ts';
import { knownKind } from '../known-kind.ts';
import type { ClusterReader } from '../ports.ts';
import { stripPod } from '../snapshot/strip-pod.ts';

/** How one kind of subject is looked at, and what is said of it in one line. */
export interface Look {
  /** Everything around the subject that evidence is made of, bounded; as the cluster has it, so not redacted yet. */
  around(reader: ClusterReader, subject: KubeObject): Promise<KubeObject[]>;
  summary(subject: KubeObject, objects: readonly KubeObject[]): string;
}

/** Lists of the workload's namespace that evidence is made of; pods and ReplicaSets are cut to the workload's own. */
const kinds = {
  sets: knownKind('apps/v1', 'ReplicaSet'),
  pods: knownKind('v1', 'Pod'),
  scalers: knownKind('autoscaling/v2', 'HorizontalPodAutoscaler'),
  budgets: knownKind('policy/v1', 'PodDisruptionBudget'),
  events: knownKind('v1', 'Event'),
};
const nodeKind = knownKind('v1', 'Node');

/** Where Kubernetes writes events about objects that stand in no namespace. */
const clusterEvents = 'default';

/** A Deployment, its ReplicaSets and pods, autoscalers and disruption budgets of the namespace, events, the nodes. */
const workload: Look = {
  async around(reader, deployment) {
    const { namespace = '' } = refOf(deployment);
    const lists = Object.values(kinds).map((kind) => reader.list(kind, namespace));
    const [sets = [], pods = [], scalers = [], budgets = [], events = []] = await Promise.all(lists);
    const nodes = await reader.list(nodeKind);
    const ownSets = ownedBy(sets, deployment);
    const ownPods = boundPods(ownSets.flatMap((set) => ownedBy(pods, set)));
    const seen = [deployment, ...ownSets, ...ownPods, ...scalers, ...budgets];
    return [...seen, ...boundEvents(events, seen), ...boundNodes(nodes)];
  },
  summary(deployment, objects) {
    const facts = workloadFacts(objects, refOf(deployment));
    const revisions =
      countOf(objects, 'ReplicaSet') === 1 ? '1 revision' : `${countOf(objects, 'ReplicaSet')} revisions`;
    const events = countOf(objects, 'Event');
    return `${facts?.ready ?? 0} of ${facts?.replicas ?? 0} pods ready, ${revisions}, ${events} events`;
  },
};

/** All nodes, the pods of this one cut down to what scheduling reads (they are anybody's), events about it. */
const node: Look = {
  async around(reader, subject) {
    const { name } = subject.metadata;
    const [nodes, pods, events] = await Promise.all([
      reader.list(nodeKind),
      reader.list(kinds.pods),
      reader.list(kinds.events, clusterEvents),
    ]);
    const own = boundPods(pods.filter((pod) => pod['spec']?.nodeName === name)).map(stripPod);
    // A kubelet names its node where others put the uid.
    const named = { ...subject, metadata: { ...subject.metadata, uid: name } };
    const others = nodes.filter((other) => other.metadata.name !== name);
    return [...boundNodes([subject, ...others]), ...own, ...boundEvents(events, [subject, named])];
  },
  summary(subject, objects) {
    const ready = condition(subject, 'Ready')?.status === 'True' ? 'ready' : 'not ready';
    const state = subject['spec']?.unschedulable ? `${ready}, cordoned` : ready;
    return `${state}, ${countOf(objects, 'Pod')} pods, 1 of ${countOf(objects, 'Node')} nodes`;
  },
};

/** By kind of subject. */
export const looks: Readonly<Record<string, Look>> = { Deployment: workload, Node: node };

function countOf(objects: readonly KubeObject[], kind: string): number {
  return objects.filter((object) => object.kind === kind).length;
}
