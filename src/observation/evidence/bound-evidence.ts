import type { KubeObject } from '../../domain/kubernetes/object.ts';

type Fields = Record<string, any>;

/** How much of a workload is looked at; more tells a planner nothing new. */
const most = { pods: 500, events: 300, nodes: 200, message: 1_000 };

/** Pods in the order of their names, at most so many. */
export function boundPods(pods: readonly KubeObject[]): KubeObject[] {
  return [...pods].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)).slice(0, most.pods);
}

/** The newest events about these objects, their messages cut: anybody who can make an event writes them. */
export function boundEvents(events: readonly KubeObject[], about: readonly KubeObject[]): KubeObject[] {
  const uids = new Set(about.map((object) => object.metadata.uid));
  return events
    .filter((event) => uids.has(event['involvedObject']?.uid as string | undefined))
    .sort((a, b) => (timeOf(a) < timeOf(b) ? 1 : -1))
    .slice(0, most.events)
    .map((event) => ({ ...event, message: String(event['message'] ?? '').slice(0, most.message) }));
}

/** When an event was last seen, ISO 8601; empty where it does not say. */
export function timeOf(event: KubeObject): string {
  return String(event['lastTimestamp'] ?? event['eventTime'] ?? event.metadata.creationTimestamp ?? '');
}

/** Nodes cut down to whether and how much they can take. */
export function boundNodes(nodes: readonly KubeObject[]): KubeObject[] {
  return nodes.slice(0, most.nodes).map(({ apiVersion, kind, metadata: { name, uid, labels }, ...node }) => ({
    apiVersion,
    kind,
    metadata: { name, ...(uid ? { uid } : {}), ...(labels ? { labels } : {}) },
    spec: pick(node['spec'], ['taints', 'unschedulable']),
    status: pick(node['status'], ['allocatable', 'conditions']),
  }));
}

function pick(from: Fields | undefined, keys: readonly string[]): Fields {
  return Object.fromEntries(
    keys.filter((key) => from?.[key] !== undefined).map((key) => [key, from?.[key] as unknown]),
  );
}
