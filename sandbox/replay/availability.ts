import { condition } from '../../src/domain/kubernetes/object-status.ts';
import { describeRef, findObject, type KubeObject, type ObjectRef } from '../../src/domain/kubernetes/object.ts';
import { livePodsOf } from '../../src/domain/kubernetes/owner-chain.ts';
import type { ClusterState } from '../cluster-state.ts';

/** The number of ready pods of a workload: when the plan began, the lowest number, and when the workload had settled. */
export interface Availability {
  workload: ObjectRef;
  start: number;
  least: number;
  end: number;
}

/**
 * Counts the ready pods of the changed Deployments at every change of the cluster state. The returned function stops the
 * count and returns the result.
 */
export function trackAvailability(clusterState: ClusterState, touched: readonly ObjectRef[]): () => Availability[] {
  const workloads = touched.filter(({ kind }) => kind === 'Deployment');
  const start = workloads.map((ref) => readyPods(clusterState.objects(), ref));
  const least = [...start];
  const sample = (): void => {
    const objects = clusterState.objects();
    workloads.forEach((ref, index) => {
      least[index] = Math.min(least[index] ?? 0, readyPods(objects, ref));
    });
  };
  const stop = clusterState.onChange(sample);
  return () => {
    stop();
    return workloads.map((workload, index) => ({
      workload,
      start: start[index] ?? 0,
      least: least[index] ?? 0,
      end: readyPods(clusterState.objects(), workload),
    }));
  };
}

function readyPods(objects: readonly KubeObject[], workload: ObjectRef): number {
  const deployment = findObject(objects, workload);
  if (!deployment) return 0;
  return livePodsOf(objects, deployment).filter((pod) => condition(pod, 'Ready')?.status === 'True').length;
}

/** `Deployment shop/web: ready pods 3 at the start, 2 at the lowest, 3 at the end`. */
export function describeAvailability({ workload, start, least, end }: Availability): string {
  return `${describeRef(workload)}: ready pods ${start} at the start, ${least} at the lowest, ${end} at the end`;
}
