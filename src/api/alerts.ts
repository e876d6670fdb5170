import type { FastifyInstance } from 'fastify';
import type { Intake } from '../governance/intake.ts';
import type { createBearerCheck } from './bearer.ts';
import type { Counters } from './counters.ts';

const maxBodyBytes = 16 * 1024 * 1024;

export interface AlertDeps {
  sources: ReturnType<typeof createBearerCheck<{ sha256: string; cluster: string }>>;
  intake: Intake;
  counters: Counters;
}

/** `POST /v1/alerts/alertmanager`: 202 once every alert is on disk. The token fixes the source cluster. */
export function alertRoutes(app: FastifyInstance, { sources, intake, counters }: AlertDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/alerts/alertmanager',
    bodyLimit: maxBodyBytes,
    // Before the body is read: who may not send it need not be listened to.
    onRequest: async (request) => void sources(request.headers.authorization),
    handler: async (request, reply) => {
      const { cluster } = sources(request.headers.authorization);
      const taken = await intake(cluster, 'alertmanager', (request.body as Buffer | undefined) ?? new Uint8Array());
      counters.count('alerts received', taken.received);
      counters.count('alerts stored', taken.stored);
      return reply.code(202).send(taken);
    },
  });
}
