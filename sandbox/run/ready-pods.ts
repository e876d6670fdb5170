import { conditionOf } from '../../src/domain/kubernetes/object-status.ts';
import { describeRef, findObject, type KubeObject, type ObjectRef } from '../../src/domain/kubernetes/object.ts';
import { livePodsOf } from '../../src/domain/kubernetes/owner-chain.ts';
import type { ClusterState } from '../cluster-state.ts';

/** The number of ready pods of one Deployment during a run: at the start, at the lowest moment, and at the end. */
export interface ReadyPodCounts {
  workload: ObjectRef;
  start: number;
  lowest: number;
  end: number;
}

/**
 * Starts to count the ready pods of the changed Deployments, at every change of the cluster state. The returned
 * function stops the count and returns the result.
 */
export function countReadyPods(clusterState: ClusterState, touched: readonly ObjectRef[]): () => ReadyPodCounts[] {
  const workloads = touched.filter(({ kind }) => kind === 'Deployment');
  const start = workloads.map((ref) => readyPodsOf(clusterState.objects(), ref));
  const lowest = [...start];
  const sample = (): void => {
    const objects = clusterState.objects();
    workloads.forEach((ref, index) => {
      lowest[index] = Math.min(lowest[index] ?? 0, readyPodsOf(objects, ref));
    });
  };
  const stop = clusterState.onChange(sample);
  return () => {
    stop();
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

/** The counts in words, such as `Deployment shop/web: ready pods 3 at the start, 2 at the lowest, 3 at the end`. */
export function describeReadyPods({ workload, start, lowest, end }: ReadyPodCounts): string {
  return `${describeRef(workload)}: ready pods ${start} at the start, ${lowest} at the lowest, ${end} at the end`;
}
