import { createBlobs } from '../adapters/postgres/blobs.ts';
import { createCheckpoints } from '../adapters/postgres/journal/checkpoints.ts';
import { createStoredRecords } from '../adapters/postgres/journal/stored-records.ts';
import { createJournal, createJournalReader } from '../adapters/postgres/journal/journal.ts';
import type { Pool } from '../adapters/postgres/pool.ts';
import { createInbox } from '../adapters/postgres/routing/inbox.ts';
import { createRoutingStates } from '../adapters/postgres/routing/routing-states.ts';
import { createStatusReader } from '../adapters/postgres/status-reader.ts';
import type { ServeConfig } from './config.ts';

/** The stores of `airlock serve`. Each store reads or writes some tables in PostgreSQL. */
export type ServeStores = ReturnType<typeof createServeStores>;

/**
 * Creates the stores. All stores use the same pool.
 * @param refire what happens if an alert fires again after its incident has closed.
 */
export function createServeStores(pool: Pool, refire: ServeConfig['refire']) {
  const blobs = createBlobs(pool);
  return {
    blobs,
    checkpoints: createCheckpoints(pool),
    inbox: createInbox(pool),
    journal: createJournal(pool, blobs),
    storedRecords: createStoredRecords(pool),
    journalReader: createJournalReader(pool),
    routingStates: createRoutingStates(pool, refire),
    status: createStatusReader(pool),
  };
}
