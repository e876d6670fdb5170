import { knownResourceMapping } from '../src/domain/kubernetes/resource-mapping.ts';
import type { KubeObject } from '../src/domain/kubernetes/object.ts';
import { AirlockError } from '../src/lib/error.ts';
import { waitFor } from '../src/platform/wait-for.ts';
import type { AdminApi } from './control-plane/admin-api.ts';

/** The current workloads, pods and nodes of the sandbox, kept up to date by watches. */
export interface ClusterState {
  /** All Deployments, ReplicaSets, StatefulSets, DaemonSets, Pods and Nodes. */
  objects(): KubeObject[];
  /**
   * Milliseconds since the last change of a workload or a pod. Changes of nodes do not count, because a rollout does
   * not change nodes.
   */
  quietMs(): number;
  /** Calls the listener after every change, nodes included. Returns a function that removes the listener. */
  onChange(listener: () => void): () => void;
  /**
   * Waits until the condition is true. Resolves to false if `deadlineMs` milliseconds pass first.
   * @throws AirlockError `sandbox-api-failed` if a watch has ended, because the cluster state is then out of date.
   */
  waitUntil(condition: () => boolean, deadlineMs: number): Promise<boolean>;
}

const pollMs = 25;
const watched = ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'].map((kind) =>
  knownResourceMapping('apps/v1', kind),
);
watched.push(knownResourceMapping('v1', 'Pod'), knownResourceMapping('v1', 'Node'));

/** Lists the objects and then watches them. The watches end when `api` is disposed. */
export async function watchClusterState(api: AdminApi): Promise<ClusterState> {
  const known = new Map<string, KubeObject>();
  const listeners = new Set<() => void>();
  let changedAt = performance.now();
  let lostWatch: string | undefined;
  const key = (object: KubeObject): string =>
    `${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`;

  await Promise.all(
    watched.map(async (mapping) => {
      const { items, resourceVersion } = await api.list(mapping);
      for (const item of items) known.set(key(item), item);
      api.watch(mapping, resourceVersion, {
        changed(type, object) {
          if (type === 'DELETED') known.delete(key(object));
          else known.set(key(object), object);
          if (mapping.kind !== 'Node') changedAt = performance.now();
          for (const listener of listeners) listener();
        },
        ended(reason) {
          lostWatch = `the watch of ${mapping.plural} in the sandbox ended (${reason}): rehearse again`;
        },
      });
    }),
  );

  return {
    objects: () => [...known.values()],
    quietMs: () => performance.now() - changedAt,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async waitUntil(condition, deadlineMs) {
      const wait = { what: 'the cluster state', every: pollMs, within: deadlineMs, otherwise: () => false };
      return waitFor(wait, () => {
        if (condition()) return true;
        if (lostWatch) throw new AirlockError({ code: 'sandbox-api-failed', message: lostWatch });
        return false;
      });
    },
  };
}
