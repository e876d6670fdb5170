import { podsOf } from './hang-pod.ts';
import { poll, type Stage } from '../stage.ts';

/** Waits until a pod of a workload of the shop crash-loops. @throws Error after 30 s. */
export async function untilCrashLoops(stage: Stage, target: string, workload: string): Promise<void> {
  const ask = async (): Promise<true | undefined> => {
    const pods = await podsOf(stage, target, workload);
    const statuses = pods.flatMap((pod) => pod['status']?.containerStatuses ?? []);
    return statuses.some((status) => status.state?.waiting?.reason === 'CrashLoopBackOff') || undefined;
  };
  await poll(`${target}/${workload} to crash-loop`, ask, 30_000);
}
