import { Client } from 'pg';
import { processNames, type ProcessName } from '../../src/domain/names.ts';
import { newPassword, scramVerifier } from './postgres-password.ts';

/** The name of the database of a stack. */
export const databaseName = 'airlock';

/** The role that owns the schema. No process of Airlock logs in as this role. */
const ownerRole = 'airlock_owner';

/** The connection strings of the schema's owner and of each process, with the passwords that the roles have now. */
export interface PostgresLogins {
  /** For the role `airlock_owner`, which writes the schema. No process of Airlock gets this connection string. */
  owner: string;
  processes: Record<ProcessName, string>;
}

/** Returns the connection string of a role for the server on this port of 127.0.0.1. */
export function connectionString(port: number, role: string, password: string, database: string): string {
  return `postgresql://${role}:${password}@127.0.0.1:${String(port)}/${database}`;
}

/**
 * Creates the database and its roles if they do not exist, and gives every role a new password. Only these roles and
 * superusers can connect to the database. Of these roles only the owner can create objects. The schema grants
 * more rights later.
 * @param superuser connection string of the superuser.
 */
export async function postgresLogins(superuser: string, port: number): Promise<PostgresLogins> {
  const login = async (role: string): Promise<string> => {
    const password = newPassword();
    await ensureRole(superuser, role, password);
    return connectionString(port, role, password, databaseName);
  };
  const owner = await login(ownerRole);
  // Some SQL functions of the schema find and terminate a session that blocks the journal. These functions run with the
  // rights of the owner (SECURITY DEFINER), so only the owner needs these two roles.
  await withClient(superuser, (client) => client.query(`grant pg_signal_backend, pg_read_all_stats to ${ownerRole}`));
  const names = Object.values(processNames);
  const entries = [];
  for (const name of names) entries.push([name, await login(`airlock_${name}`)]);
  await ensureDatabase(
    superuser,
    names.map((name) => `airlock_${name}`),
  );
  return { owner, processes: Object.fromEntries(entries) };
}

async function ensureRole(superuser: string, role: string, password: string): Promise<void> {
  await withClient(superuser, async (client) => {
    const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role]);
    if (rowCount === 0) await client.query(`create role ${role}`);
    const inherit = role === ownerRole ? 'inherit' : 'noinherit';
    await client.query(
      `alter role ${role} login nosuperuser nocreatedb nocreaterole ${inherit} password '${scramVerifier(password)}'`,
    );
  });
}

async function ensureDatabase(superuser: string, roles: string[]): Promise<void> {
  await withClient(superuser, async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [databaseName]);
    if (rowCount === 0) await client.query(`create database ${databaseName} owner ${ownerRole}`);
    for (const database of ['postgres', 'template1', databaseName]) {
      await client.query(`revoke all on database ${database} from public`);
    }
    await client.query(`grant connect on database ${databaseName} to ${roles.join(', ')}`);
  });
}

/** Opens a connection, runs `use` and closes the connection. */
export async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000, query_timeout: 10_000 });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
