import { refused, type AirlockError } from '../lib/error.ts';

/**
 * Returns the error for a cluster that is not in the configuration of a process.
 * @param process the command that runs the process, such as `airlock gateway`.
 */
export function clusterUnknown(cluster: string, process: string): AirlockError {
  return refused(
    'cluster-unknown',
    `cluster ${cluster} is not configured for ${process}: add it to the configuration and restart the process`,
  );
}
