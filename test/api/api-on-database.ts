import { after } from 'node:test';
import { startDatabase, type Database } from '../execution/database.ts';
import { createTestApi } from './api-under-test.ts';

/** The API, and the database that it uses. */
export interface ApiOnDatabase {
  api: ReturnType<typeof createTestApi>;
  database: Database;
}

/** Starts a database and the API on it for the tests of one file, and stops both after them. */
export async function startApiOnDatabase(): Promise<ApiOnDatabase> {
  const database = await startDatabase();
  const api = createTestApi(database.pools.serve);
  after(async () => {
    await api.close();
    await database[Symbol.asyncDispose]();
  });
  return { api, database };
}
