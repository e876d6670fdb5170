import { condition } from '../../src/domain/rehearsal/measurement.ts';
import { describeRef, findObject, type KubeObject, type ObjectRef } from '../../src/domain/kubernetes/object.ts';
import { podsOf } from '../load/faithful.ts';
import type { World } from '../cluster-state.ts';

/** How many ready pods a workload had: when the plan began, at the worst moment, when it had settled. */
export interface Availability {
  workload: ObjectRef;
  start: number;
  least: number;
  end: number;
}

/**
 * Counts ready pods of the Deployments among what is touched, at every change from now on, until the returned function
 * is called for the result.
 */
export function trackAvailability(world: World, touched: readonly ObjectRef[]): () => Availability[] {
  const workloads = touched.filter(({ kind }) => kind === 'Deployment');
  const start = workloads.map((ref) => readyPods(world.objects(), ref));
  const least = [...start];
  const sample = (): void => {
    const objects = world.objects();
    workloads.forEach((ref, index) => {
      least[index] = Math.min(least[index] ?? 0, readyPods(objects, ref));
    });
  };
  const stop = world.onChange(sample);
  return () => {
    stop();
    return workloads.map((workload, index) => ({
      workload,
      start: start[index] ?? 0,
      least: least[index] ?? 0,
      end: readyPods(world.objects(), workload),
    }));
  };
}

function readyPods(objects: readonly KubeObject[], workload: ObjectRef): number {
  const deployment = findObject(objects, workload);
  if (!deployment) return 0;
  return podsOf(objects, deployment).filter((pod) => condition(pod, 'Ready')?.status === 'True').length;
}

/** `Deployment shop/web: 3 ready at the start, 2 at the worst moment, 3 at the end`. */
export function describeAvailability({ workload, start, least, end }: Availability): string {
  return `${describeRef(workload)}: ${start} ready at the start, ${least} at the worst moment, ${end} at the end`;
}
