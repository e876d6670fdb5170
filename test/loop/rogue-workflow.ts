import { proxyActivities } from '@temporalio/workflow';

/** A workflow that asks the gateway for whatever it is told to, once. */
export async function asksGateway({ activity, input }: { activity: string; input: object }): Promise<unknown> {
  const gateway = proxyActivities<Record<string, (input: object) => Promise<unknown>>>({
    taskQueue: 'airlock-remediation-execution',
    startToCloseTimeout: '30s',
    retry: { maximumAttempts: 1 },
  });
  return gateway[activity]?.(input);
}
