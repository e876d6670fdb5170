import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { editSchema } from '../domain/edit.ts';
import { refused } from '../domain/error.ts';
import { incidentIdSchema } from '../domain/incident.ts';
import { refusedInput } from '../domain/refused-input.ts';
import { strictJson } from '../domain/strict-json.ts';
import type { IncidentWorkflows, SignatureCheck } from '../governance/ports.ts';
import { findIncident, type IncidentDeps } from './incidents.ts';

const maxBodyBytes = 64 * 1024;
const admittedSchema = editSchema
  .omit({ proof: true })
  .extend({ issuer: z.string(), subject: z.string(), admittedAt: z.iso.datetime() });

export interface EditDeps extends IncidentDeps {
  workflows: IncidentWorkflows;
  verifyProof: SignatureCheck;
}

/**
 * `POST /v1/incidents/:id/edits`: takes other parameters for the open dossier to the incident's workflow and waits for the
 * gateway's answer. Only the proof counts.
 */
export function editRoutes(app: FastifyInstance, { journal, workflows, verifyProof }: EditDeps): void {
  app.route<{ Params: { id: string } }>({
    method: 'POST',
    url: '/v1/incidents/:id/edits',
    bodyLimit: maxBodyBytes,
    config: {
      doc: {
        summary:
          'Gives the plan of the open dossier other parameters, with a proof of who does; the dossier is void then',
        params: z.strictObject({ id: incidentIdSchema }),
        body: { 'application/json': editSchema },
        answer: { schema: z.strictObject({ admitted: admittedSchema }) },
        errors: [404, 409, 422],
      },
    },
    handler: async ({ params, body }) => {
      const edit = editSchema.safeParse(strictJson((body as Buffer | undefined) ?? new Uint8Array()));
      if (!edit.success) throw refusedInput(edit.error, 'body');
      const { view } = await findIncident(journal, params.id);
      if (view.outcome) throw refused('no-open-dossier', `the incident is closed: ${view.outcome.outcome}`);
      const signature = await verifyProof(edit.data.proof);
      if ('refused' in signature) throw refused('edit-refused', signature.refused);
      const answer = await workflows.edit(view.workflow, edit.data);
      if ('refused' in answer) throw refused('edit-refused', answer.refused);
      return answer;
    },
  });
}
