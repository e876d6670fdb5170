import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Counters } from './counters.ts';

const answerWithinMs = 3_000;

export interface StatusDeps {
  counters: Counters;
  /** Each asks one dependency of this process, and throws where it is not well. */
  checks: Record<string, () => Promise<unknown>>;
}

const statusSchema = z.strictObject({
  /** `ok`, or why not, by name of the dependency. */
  dependencies: z.record(z.string(), z.string()),
  counters: z.record(z.string(), z.int().nonnegative()),
});

/** `GET /v1/status`: whether what this process depends on is well, and what was counted since it started. */
export function statusRoutes(app: FastifyInstance, { counters, checks }: StatusDeps): void {
  const doc = {
    summary: 'Whether what Airlock depends on is well, and what was counted.',
    answer: { schema: statusSchema },
  };
  app.get('/v1/status', { config: { doc } }, async () => {
    const asked = Object.entries(checks).map(async ([name, check]) => [name, await stateOf(check)] as const);
    return { dependencies: Object.fromEntries(await Promise.all(asked)), counters: counters.read() };
  });
}

async function stateOf(check: () => Promise<unknown>): Promise<string> {
  const late = new Promise<string>((resolve) => {
    setTimeout(resolve, answerWithinMs, `no answer within ${answerWithinMs} ms`).unref();
  });
  return Promise.race([
    late,
    check().then(
      () => 'ok',
      (error: Error) => error.message,
    ),
  ]);
}
