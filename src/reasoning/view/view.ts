import type { Alert } from '../../domain/alert/alert.ts';
import { objectsOf, type Evidence } from '../../domain/plan/evidence.ts';
import { conditionOf } from '../../domain/kubernetes/object-status.ts';
import { findObject, type KubeObject } from '../../domain/kubernetes/object.ts';
import { controlledBy, replicaSetsOf } from '../../domain/kubernetes/owner-chain.ts';
import { podView, type PodView } from './pod-view.ts';
import { byRelease, replicaSetView, type ReplicaSetView } from './replica-set-view.ts';

/** The variables that the expressions of every playbook can use. Each list has at most `maxListLength` entries. */
export interface CommonVariables {
  /** The alert that triggers the playbook. `name` and `labels` are empty if no alert triggered the playbook. */
  alert: { name: string; labels: Record<string, string> };
  /** Time of the latest observation in the evidence, in Unix seconds. */
  observedAt: number;
  pods: PodView[];
  /**
   * Kubernetes Events. `kind` and `name` identify the object that the event is about. The message of the event is left
   * out, so no condition can depend on this free text.
   */
  events: { reason: string; type: string; kind: string; name: string; count: number }[];
  /** The nodes of the cluster. */
  nodes: NodeView[];
}

/** The variables of a playbook whose action changes a Deployment. `pods`: the pods of the Deployment's ReplicaSets. */
export interface DeploymentVariables extends CommonVariables {
  /** Identifies the Deployment. */
  workload: { cluster: string; namespace: string; name: string };
  deployment: DeploymentView;
  /** The Deployment's ReplicaSets: the current ReplicaSet first, the others by their creation, the newest first. */
  replicaSets: ReplicaSetView[];
  /**
   * The HorizontalPodAutoscalers of the Deployment's namespace. `kind` and `target`: kind and name of the object that
   * the autoscaler scales. `min` and `max`: limits for the number of replicas of this object.
   */
  hpas: { name: string; kind: string; target: string; min: number; max: number }[];
}

/** The variables of a playbook whose action changes a node. `pods`: the pods on this node. */
export interface NodeVariables extends CommonVariables {
  /** The node that the action changes. */
  node: NodeView;
}

interface NodeView {
  name: string;
  ready: boolean;
  /** False if the node is cordoned. */
  schedulable: boolean;
}

interface DeploymentView {
  name: string;
  /** Wanted number of replicas (`spec.replicas`). */
  replicas: number;
  /** Number of ready replicas (`status.readyReplicas`). */
  ready: number;
  /** Number of replicas with the latest pod template (`status.updatedReplicas`). */
  updated: number;
  paused: boolean;
  /** True if the Deployment controller has observed the latest spec. If false, the status is about an older spec. */
  observed: boolean;
  /** Reason of the condition `Progressing`, such as `ProgressDeadlineExceeded`; empty without this condition. */
  progress: string;
}

/** Largest number of entries in a list. Further entries are dropped. A `PodsSummary` counts the dropped pods too. */
const maxListLength = 500;

/**
 * Computes the variables of the expressions. All lists are sorted, so the order of the objects in the evidence does not
 * matter.
 * @returns undefined if the evidence does not contain the subject of the incident.
 */
export function variablesOf(
  evidence: Evidence,
  alert: Pick<Alert, 'labels'>,
): DeploymentVariables | NodeVariables | undefined {
  const objects = objectsOf(evidence);
  const subject = findObject(objects, evidence.subject);
  if (!subject) return undefined;
  const ofKind = (kind: string): KubeObject[] =>
    objects.filter((object) => object.kind === kind).sort(byNamespaceAndName);
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
  return { ...common, ...deploymentVariables(evidence, subject, ofKind('HorizontalPodAutoscaler')) };
}

function deploymentVariables(
  evidence: Evidence,
  deployment: KubeObject,
  hpas: KubeObject[],
): Omit<DeploymentVariables, Exclude<keyof CommonVariables, 'pods'>> {
  const objects = objectsOf(evidence);
  const { namespace = '', name } = evidence.subject;
  const releaseOrder = byRelease(deployment);
  const sets = replicaSetsOf(objects, deployment).sort((a, b) => releaseOrder(a, b) || byNamespaceAndName(a, b));
  const events = objects.filter(({ kind }) => kind === 'Event');
  const context = { deployment, events, observedAt: observedAt(evidence) };
  const pods = sets.map((set) => podsOf(objects, set));
  return {
    workload: { cluster: evidence.cluster, namespace, name },
    deployment: deploymentView(deployment),
    replicaSets: sets.map((set, index) => replicaSetView(set, pods[index] ?? [], context)).slice(0, maxListLength),
    pods: pods.flat().slice(0, maxListLength),
    hpas: hpas
      .filter((hpa) => hpa.metadata.namespace === namespace)
      .map(hpaView)
      .slice(0, maxListLength),
  };
}

function observedAt({ observations }: Evidence): number {
  return Math.floor(Math.max(...observations.map(({ at }) => Date.parse(at))) / 1000);
}

function podsOf(objects: KubeObject[], set: KubeObject): PodView[] {
  const pods = controlledBy(objects, set).filter((object) => object.kind === 'Pod');
  return pods.sort(byNamespaceAndName).map((pod) => podView(pod, set.metadata.name));
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

function eventView(event: KubeObject): CommonVariables['events'][number] {
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

function hpaView(hpa: KubeObject): DeploymentVariables['hpas'][number] {
  const { scaleTargetRef: target, minReplicas, maxReplicas } = hpa['spec'] ?? {};
  return {
    name: hpa.metadata.name,
    kind: target?.kind ?? '',
    target: target?.name ?? '',
    min: minReplicas ?? 1,
    max: maxReplicas ?? 0,
  };
}

function byNamespaceAndName(a: KubeObject, b: KubeObject): number {
  const [one, other] = [a, b].map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`);
  if (one === other) return 0;
  return (one ?? '') < (other ?? '') ? -1 : 1;
}
