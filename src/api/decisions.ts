import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { admittedDecisionSchema, decisionSchema } from '../domain/approval/decision.ts';
import { parseBody } from './http/parse-body.ts';
import { incidentParamsSchema } from './incidents.ts';
import { submitToIncident, type SubmitDeps } from './submit-to-incident.ts';

const maxBodyBytes = 64 * 1024;

/**
 * `POST /v1/incidents/:id/decisions`: sends a decision to the incident's workflow and waits for the answer. The
 * decision token in the body authorizes the decision. The bearer token only gives access to the API.
 */
export function decisionRoutes(app: FastifyInstance, deps: SubmitDeps): void {
  app.route<{ Params: { id: string } }>({
    method: 'POST',
    url: '/v1/incidents/:id/decisions',
    bodyLimit: maxBodyBytes,
    config: {
      doc: {
        summary:
          "Sends one person's decision on the incident's open dossier. " +
          'Answers when the gateway has admitted the decision.',
        params: incidentParamsSchema,
        body: { 'application/json': decisionSchema },
        answer: { schema: z.strictObject({ admitted: admittedDecisionSchema }) },
        errors: [409, 422],
      },
    },
    handler: async ({ params, body }) => {
      const decision = parseBody(decisionSchema, body);
      const send = (workflowId: string) => deps.workflows.decide(workflowId, decision);
      return submitToIncident(deps, { incident: params.id, message: decision, refusalCode: 'decision-refused', send });
    },
  });
}
