import { createStoredRecords } from '../../src/adapters/postgres/journal/stored-records.ts';
import type { ApiClient } from '../../src/cli/api/api-client.ts';
import type { NewRecord } from '../../src/domain/journal/journal.ts';
import type { Database } from '../execution/database.ts';
import type { JournalEnvironment } from './environment.ts';
import { journalOf } from './journal-of.ts';

export const incident = 'inc-0123456789abcdef';

/** What the parts of the journal's test share. Every test appends to the journal; none relies on its exact size. */
export interface Scene {
  environment: JournalEnvironment;
  /** A client of an API on that journal. */
  api: ApiClient;
  /** A gateway that runs during the whole test. It signs a checkpoint when there are new records. */
  gateway: ReturnType<JournalEnvironment['gateway']>['checkpoint'];
}

/** A record of the scene's incident. */
export function entry(change: Partial<NewRecord> = {}): NewRecord {
  return { kind: 'plan.created', incident, trace: 't', message: 'a plan\nwith "quotes"', body: { n: 1 }, ...change };
}

/** Appends records as `airlock gateway`. */
export async function append({ pools }: Database, count: number): Promise<void> {
  const journal = journalOf(pools.gateway);
  for (let left = count; left > 0; left -= 1) await journal.append(entry());
}

/** Number of records. */
export function sizeOf({ pools }: Database): Promise<number> {
  return createStoredRecords(pools.gateway).size();
}

/** A signed checkpoint, from the database. */
export async function olderCheckpoint({ pools }: Database, size: number): Promise<string> {
  const { rows } = await pools.owner.query('SELECT note FROM checkpoints WHERE size = $1', [size]);
  return (rows[0] as { note: string }).note;
}
