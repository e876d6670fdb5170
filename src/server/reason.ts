import { createBlobs } from '../adapters/postgres/blobs.ts';
import { createJournal } from '../adapters/postgres/journal/journal.ts';
import { createPlaneWorker } from '../adapters/temporal/worker.ts';
import type { ReasonConfig } from './config.ts';
import { createActivities } from '../reasoning/activities.ts';
import { loadPlaybooks } from '../reasoning/playbooks/load-playbooks.ts';
import type { Logger } from '../platform/telemetry.ts';
import { holdBasics } from './held.ts';
import { runWorker, type Running } from './running.ts';

/** `airlock reason`: evidence in, plan out. It has no Vault, no cluster and no key. */
export async function startReason(config: ReasonConfig, log: Logger): Promise<Running> {
  const playbooks = await loadPlaybooks(config.playbooks);
  await using held = new AsyncDisposableStack();
  const { pool, connection, tracing } = await holdBasics(held, config, { name: 'reason', log });
  const activities = createActivities({ playbooks, blobs: createBlobs(pool), journal: createJournal(pool) });
  const worker = await createPlaneWorker({ connection, plane: 'reasoning', activities, log, tracing });
  return runWorker(worker, held.move());
}
