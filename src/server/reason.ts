import { createBlobs } from '../adapters/postgres/blobs.ts';
import { createJournal } from '../adapters/postgres/journal/journal.ts';
import { createPlaneWorker } from '../adapters/temporal/worker.ts';
import type { ReasonConfig } from './config.ts';
import { createActivities } from '../reasoning/activities.ts';
import { loadPlaybooks } from '../reasoning/playbooks/load-playbooks.ts';
import type { Logger } from '../platform/logger.ts';
import { openResources } from './process-resources.ts';
import { runWorker, type RunningProcess } from './run-worker.ts';

/**
 * Starts `airlock reason`, which makes plans from evidence. The process has no Vault identity, no address of a cluster
 * and no signing key.
 */
export async function startReason(config: ReasonConfig, log: Logger): Promise<RunningProcess> {
  const playbooks = await loadPlaybooks(config.playbooks);
  await using disposables = new AsyncDisposableStack();
  const { pool, connection, tracing } = await openResources(disposables, config, { name: 'reason', log });
  const blobs = createBlobs(pool);
  const activities = createActivities({ playbooks, blobs, journal: createJournal(pool, blobs) });
  const worker = await createPlaneWorker({ connection, plane: 'reasoning', activities, log, tracing, insecure: [] });
  return runWorker(worker, disposables.move());
}
