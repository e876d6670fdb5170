import { podsOf } from './hang-pod.ts';
import { poll, type StackClient } from '../stack-client.ts';

/**
 * Waits until a pod of a workload in namespace `shop` is in CrashLoopBackOff.
 * @throws AirlockError `wait-timeout` after 30 s.
 */
export async function untilCrashLoops(client: StackClient, target: string, workload: string): Promise<void> {
  const crashLoops = async (): Promise<boolean> => {
    const pods = await podsOf(client, target, workload);
    const statuses = pods.flatMap((pod) => pod['status']?.containerStatuses ?? []);
    return statuses.some((status) => status.state?.waiting?.reason === 'CrashLoopBackOff');
  };
  await poll(`a pod of ${workload} in ${target} to be in CrashLoopBackOff`, crashLoops, 30_000);
}
