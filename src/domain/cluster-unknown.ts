import { refused, type AirlockError } from '../lib/error.ts';

/**
 * Returns the error for a cluster that is not in the configuration of a process.
 * @param processName the process in the message, such as `airlock gateway` or `this process`.
 */
export function clusterUnknown(cluster: string, processName: string): AirlockError {
  return refused(
    'cluster-unknown',
    `cluster ${cluster} is not in the configuration of ${processName}: add the cluster and restart the process`,
  );
}
