import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../../src/adapters/postgres/migrate.ts';
import { createPool, type Pool } from '../../src/adapters/postgres/pool.ts';
import { processNames, type ProcessName } from '../../src/domain/names.ts';
import { Secret } from '../../src/platform/secret.ts';
import { startPostgresServer } from '../../stack/servers/postgres.ts';
import { databaseName, createPostgresLogins } from '../../stack/servers/postgres-roles.ts';
import { stopAll } from '../../stack/process/process.ts';
import { openState } from '../../stack/state/state.ts';

/** A real PostgreSQL with Airlock's schema and a pool for the role of each process. */
export interface Database extends AsyncDisposable {
  pools: Record<ProcessName | 'owner' | 'superuser', Pool>;
  /** Another pool of the gateway's role, for a second gateway process. */
  another(): Pool;
}

export async function startDatabase(): Promise<Database> {
  const path = await mkdtemp(join(tmpdir(), 'airlock-execution-'));
  await chmod(path, 0o711); // PostgreSQL runs as a user of its own, which must be able to enter the folder
  const state = await openState(join(path, 'state'));
  const pools: Pool[] = [];
  const open = (url: string): Pool => {
    const pool = createPool(new Secret(url));
    pools.push(pool);
    return pool;
  };
  const dispose = async (): Promise<void> => {
    await Promise.all(pools.map((pool) => pool.end()));
    await stopAll(state);
    await rm(path, { recursive: true });
  };
  try {
    const server = await startPostgresServer(state);
    const logins = await createPostgresLogins(server.url, server.port);
    const superuser = open(Object.assign(new URL(server.url), { pathname: databaseName }).href);
    const owner = open(logins.owner);
    await migrate(owner);
    const named = Object.values(processNames).map((name) => [name, open(logins.processes[name])] as const);
    return {
      pools: { owner, superuser, ...(Object.fromEntries(named) as Record<ProcessName, Pool>) },
      another: () => open(logins.processes.gateway),
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}
