import { podsOf } from './hang-pod.ts';
import { poll, type StackClient } from '../stack-client.ts';

/** Waits until a pod of the workload (in namespace `shop`) crash-loops. @throws Error after 30 s. */
export async function untilCrashLoops(client: StackClient, target: string, workload: string): Promise<void> {
  const crashLoops = async (): Promise<boolean> => {
    const pods = await podsOf(client, target, workload);
    const statuses = pods.flatMap((pod) => pod['status']?.containerStatuses ?? []);
    return statuses.some((status) => status.state?.waiting?.reason === 'CrashLoopBackOff');
  };
  await poll(`${target}/${workload} to crash-loop`, crashLoops, 30_000);
}
