import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { editSchema } from '../domain/approval/edit.ts';
import { parseBody } from './http/parse-body.ts';
import { incidentParamsSchema } from './incidents.ts';
import { submitToIncident, type SubmitDeps } from './submit-to-incident.ts';

const maxBodyBytes = 64 * 1024;
const admittedEditSchema = editSchema
  .omit({ token: true })
  .extend({ issuer: z.string(), subject: z.string(), admittedAt: z.iso.datetime() });

/**
 * `POST /v1/incidents/:id/edits`: sends an edit to the incident's workflow and waits for the answer. An edit replaces
 * parameters of the plan in the open dossier. The decision token in the body authorizes the edit. The bearer token only
 * gives access to the API.
 */
export function editRoutes(app: FastifyInstance, deps: SubmitDeps): void {
  app.route<{ Params: { id: string } }>({
    method: 'POST',
    url: '/v1/incidents/:id/edits',
    bodyLimit: maxBodyBytes,
    config: {
      doc: {
        summary:
          "Sends one person's edit: other parameters for the plan in the incident's open dossier. Answers when the " +
          'gateway has admitted the edit. The dossier is then invalid, and Airlock makes and rehearses a new plan.',
        params: incidentParamsSchema,
        body: { 'application/json': editSchema },
        answer: { schema: z.strictObject({ admitted: admittedEditSchema }) },
        errors: [409, 422],
      },
    },
    handler: async ({ params, body }) => {
      const edit = parseBody(editSchema, body);
      const send = (workflowId: string) => deps.workflows.edit(workflowId, edit);
      return submitToIncident(deps, { incident: params.id, message: edit, refusalCode: 'edit-refused', send });
    },
  });
}
