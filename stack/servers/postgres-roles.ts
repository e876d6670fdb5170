import { Client } from 'pg';
import { processNames, type ProcessName } from '../../src/domain/names.ts';
import { newPassword, scramVerifier } from './postgres-password.ts';

/** Name of the database that Airlock uses. */
export const databaseName = 'airlock';

/** The role that owns the database and its schema. No process of Airlock logs in as this role. */
const ownerRole = 'airlock_owner';

/** Connection strings of the database `airlock`, each with the current password of its role. */
export interface PostgresLogins {
  /** For the role `airlock_owner`, with which the stack migrates the schema. No process of Airlock gets this string. */
  owner: string;
  /** For the role of each process, such as `airlock_serve`. */
  processes: Record<ProcessName, string>;
}

/** Returns a connection string for the PostgreSQL server on 127.0.0.1. */
export function connectionString(port: number, role: string, password: string, database: string): string {
  return `postgresql://${role}:${password}@127.0.0.1:${String(port)}/${database}`;
}

/**
 * Creates the database and the roles of Airlock if they do not exist. Gives each of these roles a new password. Only
 * these roles and superusers can connect to the database. The roles of the processes cannot create objects. The
 * migrations of the schema grant these roles more rights.
 * @param superuserUrl connection string of the superuser.
 */
export async function createPostgresLogins(superuserUrl: string, port: number): Promise<PostgresLogins> {
  const createLogin = async (role: string): Promise<string> => {
    const password = newPassword();
    await ensureRole(superuserUrl, role, password);
    return connectionString(port, role, password, databaseName);
  };
  const owner = await createLogin(ownerRole);
  // SQL functions of the schema find and terminate a session that blocks the journal. These functions need the roles
  // pg_read_all_stats and pg_signal_backend. The functions run with the rights of the owner (SECURITY DEFINER). So only
  // the owner gets the two roles.
  await withClient(superuserUrl, (client) =>
    client.query(`grant pg_signal_backend, pg_read_all_stats to ${ownerRole}`),
  );
  const names = Object.values(processNames);
  const entries = [];
  for (const name of names) entries.push([name, await createLogin(`airlock_${name}`)]);
  await ensureDatabase(
    superuserUrl,
    names.map((name) => `airlock_${name}`),
  );
  return { owner, processes: Object.fromEntries(entries) };
}

async function ensureRole(superuserUrl: string, role: string, password: string): Promise<void> {
  await withClient(superuserUrl, async (client) => {
    const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role]);
    if (rowCount === 0) await client.query(`create role ${role}`);
    const inherit = role === ownerRole ? 'inherit' : 'noinherit';
    await client.query(
      `alter role ${role} login nosuperuser nocreatedb nocreaterole ${inherit} password '${scramVerifier(password)}'`,
    );
  });
}

async function ensureDatabase(superuserUrl: string, processRoles: string[]): Promise<void> {
  await withClient(superuserUrl, async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [databaseName]);
    if (rowCount === 0) await client.query(`create database ${databaseName} owner ${ownerRole}`);
    // By default every role can connect to these databases.
    for (const database of ['postgres', 'template1', databaseName]) {
      await client.query(`revoke all on database ${database} from public`);
    }
    await client.query(`grant connect on database ${databaseName} to ${processRoles.join(', ')}`);
  });
  const inDatabase = Object.assign(new URL(superuserUrl), { pathname: databaseName }).href;
  await withClient(inDatabase, (client) => client.query(noLargeObjects));
}

// Revokes the right to call the functions for large objects. By default every role can create large objects, and needs
// no right on any table. So every role could fill the disk. Only a superuser can revoke the right to call these
// functions. Each database has its own rights.
const noLargeObjects = `
  do $$
  declare
    large_object_function regprocedure;
  begin
    for large_object_function in
      select oid::regprocedure from pg_proc
      where pronamespace = 'pg_catalog'::regnamespace and (proname like 'lo\\_%' or proname in ('loread', 'lowrite'))
    loop
      execute format('revoke execute on function %s from public', large_object_function);
    end loop;
  end $$`;

/** Opens a connection (in at most 5 s), calls `use`, and closes the connection. Each query may take 10 s. */
export async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000, query_timeout: 10_000 });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
