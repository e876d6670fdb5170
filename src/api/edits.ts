import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { editSchema } from '../domain/approval/edit.ts';
import { bodyOf } from './http/body-of.ts';
import { incidentParamsSchema } from './incidents.ts';
import { takeProven, type ProvenDeps } from './take-proven.ts';

const maxBodyBytes = 64 * 1024;
const admittedSchema = editSchema
  .omit({ proof: true })
  .extend({ issuer: z.string(), subject: z.string(), admittedAt: z.iso.datetime() });

/**
 * `POST /v1/incidents/:id/edits`: takes other parameters for the open dossier to the incident's workflow and waits for the
 * gateway's answer. Only the proof counts.
 */
export function editRoutes(app: FastifyInstance, deps: ProvenDeps): void {
  app.route<{ Params: { id: string } }>({
    method: 'POST',
    url: '/v1/incidents/:id/edits',
    bodyLimit: maxBodyBytes,
    config: {
      doc: {
        summary:
          'Gives the plan of the open dossier other parameters, with a proof of who does; the dossier is void then',
        params: incidentParamsSchema,
        body: { 'application/json': editSchema },
        answer: { schema: z.strictObject({ admitted: admittedSchema }) },
        errors: [409, 422],
      },
    },
    handler: async ({ params, body }) => {
      const said = bodyOf(editSchema, body);
      const send = (workflow: string) => deps.workflows.edit(workflow, said);
      return takeProven(deps, { incident: params.id, said, code: 'edit-refused', send });
    },
  });
}
