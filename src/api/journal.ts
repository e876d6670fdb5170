import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { journalRecordSchema } from '../domain/journal/journal.ts';
import { findIncident, incidentParamsSchema, type IncidentDeps } from './incidents.ts';

/** `GET /v1/incidents/:id/journal`: every record of an incident, in order. */
export function journalRoutes(app: FastifyInstance, { journal }: IncidentDeps): void {
  const doc = {
    summary: 'Every record of one incident, in order.',
    params: incidentParamsSchema,
    answer: { schema: z.array(journalRecordSchema) },
  };
  app.get<{ Params: { id: string } }>(
    '/v1/incidents/:id/journal',
    { config: { doc } },
    async ({ params }) => (await findIncident(journal, params.id)).records,
  );
}
