import type { Pool } from '../adapters/postgres/pool.ts';
import { connectWorkers } from '../adapters/temporal/connect.ts';
import { createPool } from '../adapters/postgres/pool.ts';
import type { Secret } from '../secret.ts';

/** What every process holds: its own database login and a connection for its worker, closed with the stack. */
export async function holdBasics(
  held: AsyncDisposableStack,
  config: { postgres: Secret; temporal: { address: string } },
): Promise<{ pool: Pool; connection: Awaited<ReturnType<typeof connectWorkers>> }> {
  const pool = held.adopt(createPool(config.postgres), (each) => each.end());
  const connection = held.adopt(await connectWorkers(config.temporal.address), (each) => each.close());
  return { pool, connection };
}
