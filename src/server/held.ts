import type { Pool } from '../adapters/postgres/pool.ts';
import { createTracing, type Exports } from '../adapters/opentelemetry/tracing.ts';
import { connectWorkers } from '../adapters/temporal/connect.ts';
import { createPool } from '../adapters/postgres/pool.ts';
import type { ProcessName } from '../domain/names.ts';
import type { Secret } from '../platform/secret.ts';
import type { Logger, Tracing } from '../platform/telemetry.ts';

interface Basics {
  pool: Pool;
  connection: Awaited<ReturnType<typeof connectWorkers>>;
  tracing: Tracing;
}

/** What every process holds: its tracing, its own database login and a connection for its worker, closed with the stack. */
export async function holdBasics(
  held: AsyncDisposableStack,
  config: { postgres: Secret; temporal: { address: string }; telemetry: Exports },
  { name, log }: { name: ProcessName; log: Logger },
): Promise<Basics> {
  const tracing = held.use(await createTracing(name, config.telemetry, log));
  const pool = held.adopt(createPool(config.postgres), (each) => each.end());
  const connection = held.adopt(await connectWorkers(config.temporal.address), (each) => each.close());
  return { pool, connection, tracing };
}
