import { createBlobs } from '../../src/adapters/postgres/blobs.ts';
import { createJournal, createJournalReader } from '../../src/adapters/postgres/journal/journal.ts';
import type { Pool } from '../../src/adapters/postgres/pool.ts';
import type { Journal, JournalReader } from '../../src/domain/journal/ports.ts';

/** The journal under one database role: appends, and reads where the role may read. */
export function journalOf(pool: Pool): Journal & JournalReader {
  return { ...createJournal(pool, createBlobs(pool)), ...createJournalReader(pool) };
}
