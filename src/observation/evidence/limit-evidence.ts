import type { KubeObject } from '../../domain/kubernetes/object.ts';
import { omitUndefined } from '../../lib/omit-undefined.ts';
import { pick } from '../pick.ts';

/** Limits on the numbers of pods, events and nodes in the evidence. */
const limits = { pods: 500, events: 300, nodes: 200 };

/** Returns the first pods in the order of their names, up to the limit. */
export function limitPods(pods: readonly KubeObject[]): KubeObject[] {
  return [...pods].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)).slice(0, limits.pods);
}

/** Returns the newest events about the objects, up to the limit, the newest first. */
export function limitEvents(events: readonly KubeObject[], objects: readonly KubeObject[]): KubeObject[] {
  const uids = new Set(objects.map((object) => object.metadata.uid));
  return events
    .filter((event) => uids.has(event['involvedObject']?.uid as string | undefined))
    .sort((a, b) => (eventTime(a) < eventTime(b) ? 1 : -1))
    .slice(0, limits.events);
}

/**
 * Returns the time of an event (ISO 8601): `lastTimestamp`, or else `eventTime`, or else the creation time. Returns an
 * empty text if the event has none of these fields.
 */
export function eventTime(event: KubeObject): string {
  return String(event['lastTimestamp'] ?? event['eventTime'] ?? event.metadata.creationTimestamp ?? '');
}

/**
 * Returns the first nodes of the list, up to the limit. Each node is reduced to its name, uid, labels, taints,
 * `unschedulable`, allocatable resources and conditions.
 */
export function limitNodes(nodes: readonly KubeObject[]): KubeObject[] {
  return nodes.slice(0, limits.nodes).map(({ apiVersion, kind, metadata: { name, uid, labels }, ...node }) => ({
    apiVersion,
    kind,
    metadata: omitUndefined({ name, uid, labels }),
    spec: pick(node['spec'], ['taints', 'unschedulable']),
    status: pick(node['status'], ['allocatable', 'conditions']),
  }));
}
