import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { journalRecordSchema } from '../domain/journal/journal.ts';
import { findIncident, incidentParamsSchema, type IncidentDeps } from './incidents.ts';

/** Adds the route `GET /v1/incidents/:id/journal`. It returns the journal records of an incident, oldest first. */
export function journalRoutes(app: FastifyInstance, { journal }: IncidentDeps): void {
  const doc = {
    summary:
      'The journal records of one incident, oldest first: the first 100, the last 2,000, and those of its state.',
    params: incidentParamsSchema,
    answer: { schema: z.array(journalRecordSchema) },
  };
  app.get<{ Params: { id: string } }>(
    '/v1/incidents/:id/journal',
    { config: { doc } },
    async ({ params }) => (await findIncident(journal, params.id)).records,
  );
}
