import type { Alert } from '../../domain/alert/alert.ts';
import { objectsOf, type Evidence } from '../../domain/plan/evidence.ts';
import { conditionOf } from '../../domain/kubernetes/object-status.ts';
import { findObject, type KubeObject } from '../../domain/kubernetes/object.ts';
import { controlledBy, replicaSetsOf } from '../../domain/kubernetes/owner-chain.ts';
import { podView, summaryOf, type PodsSummary, type PodView } from './pod-view.ts';

/** The variables of the expressions of every playbook. Lists have a limited length, and all numbers are integers. */
export interface CommonView {
  alert: { name: string; labels: Record<string, string> };
  /** When the evidence was collected, Unix seconds. */
  observedAt: number;
  pods: PodView[];
  /**
   * The events, without their messages. Anybody who can create events can write any message, so no condition may depend
   * on a message.
   */
  events: { reason: string; type: string; kind: string; name: string; count: number }[];
  nodes: NodeView[];
}

/**
 * The variables of a playbook whose action changes a Deployment. `pods` are the pods of the Deployment's ReplicaSets.
 */
export interface WorkloadView extends CommonView {
  workload: { cluster: string; namespace: string; name: string };
  deployment: DeploymentView;
  /** The Deployment's ReplicaSets, newest revision first. The first one belongs to the current or last rollout. */
  replicaSets: ReplicaSetView[];
  /** The HorizontalPodAutoscalers of the namespace. Each scales the object with kind `kind` and name `target`. */
  hpas: { name: string; kind: string; target: string; min: number; max: number }[];
}

/**
 * The variables of a playbook whose action changes a node. `node` is this node, and `pods` are the pods on this node.
 */
export interface NodeSubjectView extends CommonView {
  node: NodeView;
}

interface NodeView {
  name: string;
  ready: boolean;
  schedulable: boolean;
}

interface DeploymentView {
  name: string;
  replicas: number;
  ready: number;
  updated: number;
  paused: boolean;
  /** True if the controller has observed the latest spec. If false, the status describes an older spec. */
  observed: boolean;
  /** Reason of the condition Progressing, such as ProgressDeadlineExceeded; empty if there is no such condition. */
  progress: string;
}

interface ReplicaSetView {
  name: string;
  revision: number;
  replicas: number;
  pods: PodsSummary;
}

/** Longest list in a view; the rest of a longer list is dropped. A `PodsSummary` also counts the dropped pods. */
const maxListLength = 500;
const revisionAnnotation = 'deployment.kubernetes.io/revision';

/**
 * Makes the variables of the expressions from the evidence. The function is pure and sorts all lists, so the same
 * evidence always gives the same plan.
 * @returns undefined if the evidence does not contain the object that the incident is about.
 */
export function view(evidence: Evidence, alert: Pick<Alert, 'labels'>): WorkloadView | NodeSubjectView | undefined {
  const objects = objectsOf(evidence);
  const subject = findObject(objects, evidence.subject);
  if (!subject) return undefined;
  const ofKind = (kind: string): KubeObject[] => objects.filter((object) => object.kind === kind).sort(compare);
  const common = {
    alert: { name: alert.labels['alertname'] ?? '', labels: alert.labels },
    observedAt: observedAt(evidence),
    events: ofKind('Event').map(eventView).slice(0, maxListLength),
    nodes: ofKind('Node').map(nodeView).slice(0, maxListLength),
  };
  if (subject.kind === 'Node') {
    const pods = ofKind('Pod').filter((pod) => pod['spec']?.nodeName === subject.metadata.name);
    return { ...common, node: nodeView(subject), pods: pods.map((pod) => podView(pod, '')).slice(0, maxListLength) };
  }
  return { ...common, ...workloadView(evidence, subject, ofKind('HorizontalPodAutoscaler')) };
}

function workloadView(
  evidence: Evidence,
  deployment: KubeObject,
  hpas: KubeObject[],
): Omit<WorkloadView, Exclude<keyof CommonView, 'pods'>> {
  const objects = objectsOf(evidence);
  const { namespace = '', name } = evidence.subject;
  const sets = replicaSetsOf(objects, deployment).sort((a, b) => revisionOf(b) - revisionOf(a) || compare(a, b));
  const pods = sets.map((set) => podsOf(objects, set));
  return {
    workload: { cluster: evidence.cluster, namespace, name },
    deployment: deploymentView(deployment),
    replicaSets: sets.map((set, index) => replicaSetView(set, pods[index] ?? [])).slice(0, maxListLength),
    pods: pods.flat().slice(0, maxListLength),
    hpas: hpas
      .filter((hpa) => hpa.metadata.namespace === namespace)
      .map(hpaView)
      .slice(0, maxListLength),
  };
}

/** Returns the time of the latest observation, Unix seconds. All observations are made at about the same time. */
function observedAt({ observations }: Evidence): number {
  return Math.floor(Math.max(...observations.map(({ at }) => Date.parse(at))) / 1000);
}

function podsOf(objects: KubeObject[], set: KubeObject): PodView[] {
  const pods = controlledBy(objects, set).filter((object) => object.kind === 'Pod');
  return pods.sort(compare).map((pod) => podView(pod, set.metadata.name));
}

function deploymentView(deployment: KubeObject): DeploymentView {
  const spec = { replicas: 1, paused: false, ...deployment['spec'] };
  const status = { readyReplicas: 0, updatedReplicas: 0, observedGeneration: 0, ...deployment['status'] };
  return {
    name: deployment.metadata.name,
    replicas: spec.replicas,
    ready: status.readyReplicas,
    updated: status.updatedReplicas,
    paused: spec.paused,
    observed: status.observedGeneration >= (deployment.metadata.generation ?? 0),
    progress: conditionOf(deployment, 'Progressing')?.reason ?? '',
  };
}

function replicaSetView(set: KubeObject, pods: PodView[]): ReplicaSetView {
  const replicas = set['spec']?.replicas ?? 1;
  return { name: set.metadata.name, revision: revisionOf(set), replicas, pods: summaryOf(pods) };
}

function eventView(event: KubeObject): CommonView['events'][number] {
  const { reason, type, involvedObject, count } = event as KubeObject & { involvedObject?: any };
  return {
    reason: reason ?? '',
    type: type ?? '',
    kind: involvedObject?.kind ?? '',
    name: involvedObject?.name ?? '',
    count: count ?? 1,
  };
}

function nodeView(node: KubeObject): NodeView {
  const ready = conditionOf(node, 'Ready')?.status === 'True';
  return { name: node.metadata.name, ready, schedulable: !node['spec']?.unschedulable };
}

function hpaView(hpa: KubeObject): WorkloadView['hpas'][number] {
  const { scaleTargetRef: target, minReplicas, maxReplicas } = hpa['spec'] ?? {};
  return {
    name: hpa.metadata.name,
    kind: target?.kind ?? '',
    target: target?.name ?? '',
    min: minReplicas ?? 1,
    max: maxReplicas ?? 0,
  };
}

function revisionOf(set: KubeObject): number {
  const revision = Number(set.metadata.annotations?.[revisionAnnotation]);
  return Number.isSafeInteger(revision) ? revision : 0;
}

function compare(a: KubeObject, b: KubeObject): number {
  const [one, other] = [a, b].map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`);
  if (one === other) return 0;
  return (one ?? '') < (other ?? '') ? -1 : 1;
}
