import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Intake, Taken } from '../governance/intake.ts';
import type { createBearerCheck } from './bearer.ts';
import type { Counters } from './counters.ts';

const maxBodyBytes = 16 * 1024 * 1024;

export interface AlertDeps {
  sources: ReturnType<typeof createBearerCheck<{ sha256: string; cluster: string }>>;
  intake: Intake;
  counters: Counters;
  /** What each format's body is, by the same name as its parser's. */
  formats: { alertmanager: z.ZodType };
}

const takenSchema: z.ZodType<Taken> = z.strictObject({ trace: z.string(), received: z.int(), stored: z.int() });

/** `POST /v1/alerts/alertmanager`: 202 once every alert is on disk. The token fixes the source cluster. */
export function alertRoutes(app: FastifyInstance, { sources, intake, counters, formats }: AlertDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/alerts/alertmanager',
    bodyLimit: maxBodyBytes,
    config: {
      doc: {
        summary: "Takes Alertmanager's webhook, version 4; answers once every alert is stored.",
        body: { 'application/json': formats.alertmanager },
        answer: { status: 202, schema: takenSchema },
        errors: [403],
      },
    },
    handler: async (request, reply) => {
      const { cluster } = sources(request.headers.authorization);
      const taken = await intake(cluster, 'alertmanager', (request.body as Buffer | undefined) ?? new Uint8Array());
      counters.count('alerts received', taken.received);
      counters.count('alerts stored', taken.stored);
      return reply.code(202).send(taken);
    },
  });
}
