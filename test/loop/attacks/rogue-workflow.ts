import { proxyActivities } from '@temporalio/workflow';

/** A workflow of the attacker: calls one activity of the gateway, once. */
export async function callGateway({ activity, input }: { activity: string; input: object }): Promise<unknown> {
  const gateway = proxyActivities<Record<string, (input: object) => Promise<unknown>>>({
    taskQueue: 'airlock-remediation-execution',
    startToCloseTimeout: '30s',
    retry: { maximumAttempts: 1 },
  });
  return gateway[activity]?.(input);
}
