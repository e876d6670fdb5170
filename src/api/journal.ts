import type { FastifyInstance } from 'fastify';
import { findIncident, type IncidentDeps } from './incidents.ts';

/** `GET /v1/incidents/:id/journal`: every record of an incident, in order. */
export function journalRoutes(app: FastifyInstance, { journal }: IncidentDeps): void {
  app.get<{ Params: { id: string } }>(
    '/v1/incidents/:id/journal',
    async ({ params }) => (await findIncident(journal, params.id)).records,
  );
}
