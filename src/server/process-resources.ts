import type { Pool } from '../adapters/postgres/pool.ts';
import { createTracing, type SpanDestinations } from '../adapters/opentelemetry/tracing.ts';
import { connectWorkers } from '../adapters/temporal/connect.ts';
import { createPool } from '../adapters/postgres/pool.ts';
import type { ProcessName } from '../domain/names.ts';
import type { Secret } from '../platform/secret.ts';
import type { Tracing } from '../domain/incident/tracing.ts';
import type { Logger } from '../platform/logger.ts';

interface ProcessResources {
  /** PostgreSQL connections with the role of the process. */
  pool: Pool;
  /** Connection of the worker to Temporal. */
  connection: Awaited<ReturnType<typeof connectWorkers>>;
  tracing: Tracing;
}

/** Opens the three resources that every process needs. Disposing `disposables` closes these resources. */
export async function openResources(
  disposables: AsyncDisposableStack,
  config: { postgres: Secret; temporal: { address: string }; telemetry: SpanDestinations },
  { name, log }: { name: ProcessName; log: Logger },
): Promise<ProcessResources> {
  const tracing = disposables.use(await createTracing(name, config.telemetry, log));
  const pool = disposables.adopt(createPool(config.postgres), (pool) => pool.end());
  const connection = disposables.adopt(await connectWorkers(config.temporal.address), (connection) =>
    connection.close(),
  );
  return { pool, connection, tracing };
}
