import { AirlockError } from '../../lib/error.ts';

/** The largest cluster of which Airlock takes a snapshot. Every snapshot contains the whole cluster. */
const snapshotLimits = { nodes: 200, pods: 2_000 } as const;

/** Checks the size of a cluster. @throws AirlockError `snapshot-too-large` if there are too many nodes or pods. */
export function refuseTooLargeCluster(cluster: string, found: { nodes: number; pods: number }): void {
  if (found.nodes <= snapshotLimits.nodes && found.pods <= snapshotLimits.pods) return;
  const limits = `${snapshotLimits.nodes} nodes and ${snapshotLimits.pods} pods`;
  throw new AirlockError({
    code: 'snapshot-too-large',
    message: `cluster ${cluster} has ${found.nodes} nodes and ${found.pods} pods, but Airlock rehearses plans only for clusters of at most ${limits}: a person has to repair the cluster by hand`,
    details: { ...found, limits: { ...snapshotLimits } },
  });
}
