import { setTimeout as sleep } from 'node:timers/promises';
import { kindOf, type Kind } from '../src/domain/kubernetes/resource-mapping.ts';
import type { KubeObject } from '../src/domain/kubernetes/object.ts';
import type { AdminApi } from './control-plane/admin-api.ts';

/** What workloads, their pods and nodes in the sandbox look like at this moment, kept by watches. */
export interface World {
  /** All Deployments, ReplicaSets, StatefulSets, DaemonSets, Pods and Nodes. */
  objects(): KubeObject[];
  /** Milliseconds since anything of it changed but for nodes, whose kubelets report all the time. */
  quietMs(): number;
  /** Called after every change. Returns how to stop that. */
  onChange(listener: () => void): () => void;
  /** Resolves true when `holds`, false at the deadline. @throws Error when a watch was lost: then nothing is known. */
  until(holds: () => boolean, deadlineMs: number): Promise<boolean>;
}

const pollMs = 25;
const watched = ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'].map((kind) => mustKind('apps/v1', kind));
watched.push(mustKind('v1', 'Pod'), mustKind('v1', 'Node'));

/** Lists and watches. Ends with the API client's connections. */
export async function openWorld(api: AdminApi): Promise<World> {
  const known = new Map<string, KubeObject>();
  const listeners = new Set<() => void>();
  let changedAt = performance.now();
  let lost: string | undefined;
  const key = (object: KubeObject): string =>
    `${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`;

  await Promise.all(
    watched.map(async (kind) => {
      const { items, resourceVersion } = await api.list(kind);
      for (const item of items) known.set(key(item), item);
      api.watch(kind, resourceVersion, {
        changed(type, object) {
          if (type === 'DELETED') known.delete(key(object));
          else known.set(key(object), object);
          if (kind.kind !== 'Node') changedAt = performance.now();
          for (const listener of listeners) listener();
        },
        ended(reason) {
          lost = `the sandbox's watch of ${kind.plural} ended: ${reason}`;
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
    async until(holds, deadlineMs) {
      const end = performance.now() + deadlineMs;
      while (!holds()) {
        if (lost) throw new Error(lost);
        if (performance.now() > end) return false;
        await sleep(pollMs);
      }
      return true;
    },
  };
}

function mustKind(apiVersion: string, name: string): Kind {
  const kind = kindOf(apiVersion, name);
  if (!kind) throw new TypeError(`${apiVersion} ${name} is not among the kinds`);
  return kind;
}
