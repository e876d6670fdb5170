import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { editSchema } from '../domain/approval/edit.ts';
import { parseBody } from './http/parse-body.ts';
import { incidentParamsSchema } from './incidents.ts';
import { submitToIncident, type SubmitDeps } from './submit-to-incident.ts';

const maxBodyBytes = 64 * 1024;
const admittedSchema = editSchema
  .omit({ token: true })
  .extend({ issuer: z.string(), subject: z.string(), admittedAt: z.iso.datetime() });

/**
 * `POST /v1/incidents/:id/edits`: sends an edit to the incident's workflow and waits for the gateway's answer. An edit
 * replaces parameters of the plan in the open dossier. The decision token in the body authorizes the edit; the bearer
 * token only gives access to the API.
 */
export function editRoutes(app: FastifyInstance, deps: SubmitDeps): void {
  app.route<{ Params: { id: string } }>({
    method: 'POST',
    url: '/v1/incidents/:id/edits',
    bodyLimit: maxBodyBytes,
    config: {
      doc: {
        summary:
          'Changes parameters of the plan in the open dossier. The decision token must be for this edit. ' +
          'An admitted edit makes the dossier invalid. Then a new plan is made and rehearsed.',
        params: incidentParamsSchema,
        body: { 'application/json': editSchema },
        answer: { schema: z.strictObject({ admitted: admittedSchema }) },
        errors: [409, 422],
      },
    },
    handler: async ({ params, body }) => {
      const message = parseBody(editSchema, body);
      const send = (workflow: string) => deps.workflows.edit(workflow, message);
      return submitToIncident(deps, { incident: params.id, message, code: 'edit-refused', send });
    },
  });
}
