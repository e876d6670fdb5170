import type { KubeObject } from '../../domain/kubernetes/object.ts';
import { omitUndefined } from '../../lib/omit-undefined.ts';
import { pick } from '../pick.ts';

/**
 * Limits of the evidence: the numbers of pods, events and nodes, and the length of an event's message in characters.
 * More evidence would not help planning.
 */
const limits = { pods: 500, events: 300, nodes: 200, message: 1_000 };

/** Returns the first pods by name, up to the limit. */
export function limitPods(pods: readonly KubeObject[]): KubeObject[] {
  return [...pods].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)).slice(0, limits.pods);
}

/**
 * Returns the newest events about these objects, up to the limit. Messages are cut, because anybody who can create an
 * event can write a long message.
 */
export function limitEvents(events: readonly KubeObject[], objects: readonly KubeObject[]): KubeObject[] {
  const uids = new Set(objects.map((object) => object.metadata.uid));
  return events
    .filter((event) => uids.has(event['involvedObject']?.uid as string | undefined))
    .sort((a, b) => (eventTime(a) < eventTime(b) ? 1 : -1))
    .slice(0, limits.events)
    .map((event) => ({ ...event, message: String(event['message'] ?? '').slice(0, limits.message) }));
}

/** Returns the time when an event was last seen (ISO 8601), or an empty text if the event has no time. */
export function eventTime(event: KubeObject): string {
  return String(event['lastTimestamp'] ?? event['eventTime'] ?? event.metadata.creationTimestamp ?? '');
}

/**
 * Returns the first nodes, up to the limit. Each is reduced to name, uid, labels, taints, `unschedulable`, allocatable
 * resources and conditions.
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
