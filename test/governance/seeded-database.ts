import { startDatabase, type Database } from '../execution/database.ts';

/** Starts a database and runs the statements that fill its tables, as the owner of the schema and without a time limit. */
export async function startSeededDatabase(seeds: readonly string[]): Promise<Database> {
  const database = await startDatabase();
  const client = await database.pools.owner.connect();
  await client.query('SET statement_timeout = 0');
  // The pool's own limit for the answer is shorter than these statements need on a busy machine.
  for (const text of seeds) await client.query({ text, query_timeout: 300_000 } as { text: string });
  client.release();
  return database;
}
