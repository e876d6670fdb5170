import { AirlockError } from '../../lib/error.ts';

/** The largest cluster that Airlock can rehearse. A snapshot is always of the whole cluster. */
const snapshotLimits = { nodes: 200, pods: 2_000 } as const;

/** Throws if the cluster is too large. @throws AirlockError `snapshot-too-large` with the counts. */
export function refuseTooLarge(cluster: string, found: { nodes: number; pods: number }): void {
  if (found.nodes <= snapshotLimits.nodes && found.pods <= snapshotLimits.pods) return;
  const limits = `${snapshotLimits.nodes} nodes and ${snapshotLimits.pods} pods`;
  throw new AirlockError({
    code: 'snapshot-too-large',
    message: `cluster ${cluster} has ${found.nodes} nodes and ${found.pods} pods, but a rehearsal is limited to ${limits}: a person has to repair this incident by hand`,
    details: { ...found, limits: { ...snapshotLimits } },
  });
}
