import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { refused } from '../lib/error.ts';
import { incidentIdSchema } from '../domain/incident/incident.ts';
import { incidentView, incidentViewSchema, type IncidentView } from '../domain/incident/incident-view.ts';
import type { JournalRecord } from '../domain/journal/journal.ts';
import type { JournalReader } from '../domain/journal/ports.ts';

/** What the incident routes need. */
export interface IncidentDeps {
  journal: JournalReader;
}

/** The path parameter of every route about one incident. */
export const incidentParamsSchema = z.object({ id: incidentIdSchema });

/** `GET /v1/incidents`: the incidents. `GET /v1/incidents/:id`: one incident. The answers come from the journal. */
export function incidentRoutes(app: FastifyInstance, { journal }: IncidentDeps): void {
  const list = {
    summary: 'The incidents, oldest first: at least the latest 2,000, and those that wait for people.',
    answer: { schema: z.array(incidentViewSchema) },
  };
  app.get('/v1/incidents', { config: { doc: list } }, async () => {
    const byIncident = Map.groupBy(await journal.overview(), (record) => record.incident);
    return [...byIncident.values()].map(incidentView).filter((view) => view !== undefined);
  });
  const one = {
    summary: 'The current state of one incident.',
    params: incidentParamsSchema,
    answer: { schema: incidentViewSchema },
  };
  app.get<{ Params: { id: string } }>(
    '/v1/incidents/:id',
    { config: { doc: one } },
    async ({ params }) => (await findIncident(journal, params.id)).view,
  );
}

/** Returns the view and the records of an incident. @throws AirlockError `not-found`, also if `id` is malformed. */
export async function findIncident(
  journal: JournalReader,
  id: string,
): Promise<{ view: IncidentView; records: JournalRecord[] }> {
  const wellFormed = incidentIdSchema.safeParse(id).success;
  const records = wellFormed ? await journal.recent(id) : [];
  const view = incidentView(records);
  if (!view) {
    const problem = wellFormed ? `no incident has the id ${id}` : 'the id in the address is not an incident id';
    throw refused('not-found', `${problem}: \`airlock incidents ls\` lists all ids`);
  }
  return { view, records };
}
