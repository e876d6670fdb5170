import { knownResourceMapping } from '../src/domain/kubernetes/resource-mapping.ts';
import type { KubeObject } from '../src/domain/kubernetes/object.ts';
import { AirlockError } from '../src/lib/error.ts';
import { waitFor } from '../src/platform/wait-for.ts';
import type { AdminApi } from './control-plane/admin-api.ts';

/** The current workloads, pods and nodes of the sandbox. Watches keep them up to date. */
export interface ClusterState {
  /** All Deployments, ReplicaSets, StatefulSets, DaemonSets, Pods and Nodes. */
  objects(): KubeObject[];
  /**
   * Milliseconds since the last change of a workload or a pod. Before the first change: since the call of
   * `watchClusterState`. Changes of nodes do not count, because a rollout does not change nodes.
   */
  quietMs(): number;
  /** Calls the listener after every change, also of a node. Returns a function that removes the listener. */
  onChange(listener: () => void): () => void;
  /**
   * Waits until the condition is true, at most `deadlineMs` milliseconds.
   * @returns true if the condition became true in this time.
   * @throws AirlockError `sandbox-api-failed` if the condition is false and a watch has ended. Then the cluster state
   * is out of date.
   */
  waitUntil(condition: () => boolean, deadlineMs: number): Promise<boolean>;
}

const pollMs = 25;
const watchedKinds = ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'].map((kind) =>
  knownResourceMapping('apps/v1', kind),
);
watchedKinds.push(knownResourceMapping('v1', 'Pod'), knownResourceMapping('v1', 'Node'));

/** Lists the workloads, pods and nodes, and then watches them. The watches end when `api` is disposed. */
export async function watchClusterState(api: AdminApi): Promise<ClusterState> {
  const current = new Map<string, KubeObject>();
  const listeners = new Set<() => void>();
  let changedAt = performance.now();
  let watchProblem: string | undefined;
  const key = (object: KubeObject): string =>
    `${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`;

  await Promise.all(
    watchedKinds.map(async (mapping) => {
      const { items, resourceVersion } = await api.list(mapping);
      for (const item of items) current.set(key(item), item);
      api.watch(mapping, resourceVersion, {
        changed(type, object) {
          if (type === 'DELETED') current.delete(key(object));
          else current.set(key(object), object);
          if (mapping.kind !== 'Node') changedAt = performance.now();
          for (const listener of listeners) listener();
        },
        ended(reason) {
          watchProblem = `the sandbox's watch of ${mapping.plural} ended (${reason}): rehearse again`;
        },
      });
    }),
  );

  return {
    objects: () => [...current.values()],
    quietMs: () => performance.now() - changedAt,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async waitUntil(condition, deadlineMs) {
      const wait = { what: 'the cluster state', every: pollMs, within: deadlineMs, otherwise: () => false };
      return waitFor(wait, () => {
        if (condition()) return true;
        if (watchProblem) throw new AirlockError({ code: 'sandbox-api-failed', message: watchProblem });
        return false;
      });
    },
  };
}
