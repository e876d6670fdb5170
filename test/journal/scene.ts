import { createJournal } from '../../src/adapters/postgres/journal/journal.ts';
import type { ApiClient } from '../../src/cli/api-client.ts';
import type { JournalEntry } from '../../src/domain/journal/journal.ts';
import type { Bed } from './environment.ts';

export const incident = 'inc-0123456789abcdef';

/** What the parts of the journal's test share: one journal, which grows as they run in their order. */
export interface Scene {
  bed: Bed;
  /** Of an API on that journal. */
  api: ApiClient;
  /** A gateway that runs all the time: signs where there is something new. */
  gateway: ReturnType<Bed['gateway']>;
}

export function entry(change: Partial<JournalEntry> = {}): JournalEntry {
  return { kind: 'plan.made', incident, trace: 't', fact: 'a plan\nwith "quotes"', body: { n: 1 }, ...change };
}

export async function append(bed: Bed, count: number): Promise<void> {
  const journal = createJournal(bed.database.pools.reason);
  for (let left = count; left > 0; left -= 1) await journal.append(entry());
}

/** Genuine, from the database. */
export async function olderCheckpoint(bed: Bed, size: number): Promise<string> {
  const { rows } = await bed.database.pools.owner.query('SELECT note FROM checkpoints WHERE size = $1', [size]);
  return (rows[0] as { note: string }).note;
}
