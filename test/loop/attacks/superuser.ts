import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClientConfig } from 'pg';

/** Connection settings of the PostgreSQL superuser for Airlock's database of a stack. */
export async function superuserOf(folder: string): Promise<ClientConfig> {
  const secret = JSON.parse(await readFile(join(folder, 'postgres-superuser.json'), 'utf8')) as { password: string };
  const port = JSON.parse(await readFile(join(folder, 'postgres.port.json'), 'utf8')) as number;
  return { host: '127.0.0.1', port, user: 'airlock_superuser', password: secret.password, database: 'airlock' };
}
