import { conditionOf } from '../../src/domain/kubernetes/object-status.ts';
import { describeRef, findObject, type KubeObject, type ObjectRef } from '../../src/domain/kubernetes/object.ts';
import { livePodsOf } from '../../src/domain/kubernetes/owner-chain.ts';
import type { ClusterState } from '../cluster-state.ts';

/** How many ready pods a Deployment had during a run (`SandboxRun`). */
export interface ReadyPodCounts {
  workload: ObjectRef;
  /** The number at the start of the run. */
  start: number;
  /** The smallest number at any time of the run. */
  lowest: number;
  /** The number at the end of the run. */
  end: number;
}

/**
 * Counts the ready pods of the Deployments in `touched`: now, and again after every change of the cluster state.
 * @returns a function that ends the counting and returns the counts.
 */
export function countReadyPods(clusterState: ClusterState, touched: readonly ObjectRef[]): () => ReadyPodCounts[] {
  const workloads = touched.filter(({ kind }) => kind === 'Deployment');
  const start = workloads.map((ref) => readyPodsOf(clusterState.objects(), ref));
  const lowest = [...start];
  const updateLowest = (): void => {
    const objects = clusterState.objects();
    workloads.forEach((ref, index) => {
      lowest[index] = Math.min(lowest[index] ?? 0, readyPodsOf(objects, ref));
    });
  };
  const removeListener = clusterState.onChange(updateLowest);
  return () => {
    removeListener();
    return workloads.map((workload, index) => ({
      workload,
      start: start[index] ?? 0,
      lowest: lowest[index] ?? 0,
      end: readyPodsOf(clusterState.objects(), workload),
    }));
  };
}

function readyPodsOf(objects: readonly KubeObject[], workload: ObjectRef): number {
  const deployment = findObject(objects, workload);
  if (!deployment) return 0;
  return livePodsOf(objects, deployment).filter((pod) => conditionOf(pod, 'Ready')?.status === 'True').length;
}

/** Returns, for example: `Deployment shop/web: 3 ready pods at the start, at least 2 at any time, 3 at the end`. */
export function describeReadyPods({ workload, start, lowest, end }: ReadyPodCounts): string {
  const name = describeRef(workload);
  return `${name}: ${start} ready pods at the start, at least ${lowest} at any time, ${end} at the end`;
}
