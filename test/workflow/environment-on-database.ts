import { after } from 'node:test';
import { startDatabase, type Database } from '../execution/database.ts';
import { startEnvironment, type TestEnvironment } from './environment.ts';

/** The workflows, and the database of the planes' activities. */
export interface EnvironmentOnDatabase {
  environment: TestEnvironment;
  database: Database;
}

/** Starts the workflows and a database for the tests of one file, and stops both after them. */
export async function startEnvironmentOnDatabase(): Promise<EnvironmentOnDatabase> {
  const [environment, database] = await Promise.all([startEnvironment(), startDatabase()]);
  after(async () => {
    await environment[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });
  return { environment, database };
}
