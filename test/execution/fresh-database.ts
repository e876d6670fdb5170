import { migrate } from '../../src/adapters/postgres/migrate.ts';
import { createPool, type Pool } from '../../src/adapters/postgres/pool.ts';
import { Secret } from '../../src/platform/secret.ts';
import type { Database } from './database.ts';

let databases = 0;

/** One more, empty database on the same server, and a pool of the schema's owner. */
export async function emptyDatabase({ pools }: Database): Promise<AsyncDisposable & { name: string; owner: Pool }> {
  const name = `fresh_${String(++databases)}`;
  const { rows } = await pools.owner.query<{ role: string }>('SELECT current_user AS role');
  await pools.superuser.query(`CREATE DATABASE ${name} OWNER ${rows[0]?.role ?? ''}`);
  const owner = poolOn(name, pools.owner);
  return { name, owner, [Symbol.asyncDispose]: () => owner.end() };
}

/** One more database on the same server, with Airlock's schema and a pool per role. */
export async function freshDatabase(server: Database): Promise<Database> {
  const { name, owner } = await emptyDatabase(server);
  await migrate(owner);
  const named = Object.entries(server.pools).map(([role, pool]) => [role, poolOn(name, pool)]);
  const pools = { ...(Object.fromEntries(named) as Database['pools']), owner };
  const opened: Pool[] = [...Object.values(pools)];
  return {
    pools,
    another() {
      const pool = poolOn(name, pools.gateway);
      opened.push(pool);
      return pool;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(opened.map((pool) => pool.end()));
    },
  };
}

/** A pool with the login of another pool, on another database. */
function poolOn(database: string, { options }: Pool): Pool {
  const url = new URL(options.connectionString ?? '');
  return createPool(new Secret(Object.assign(url, { pathname: database }).href));
}
