import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { admittedDecisionSchema, decisionSchema } from '../domain/approval/decision.ts';
import { parseBody } from './http/parse-body.ts';
import { incidentParamsSchema } from './incidents.ts';
import { submitToIncident, type SubmitDeps } from './submit-to-incident.ts';

const maxBodyBytes = 64 * 1024;

/**
 * `POST /v1/incidents/:id/decisions`: sends a decision to the incident's workflow and waits for the gateway's answer.
 * The decision token in the body authorizes the decision; the bearer token only gives access to the API.
 */
export function decisionRoutes(app: FastifyInstance, deps: SubmitDeps): void {
  app.route<{ Params: { id: string } }>({
    method: 'POST',
    url: '/v1/incidents/:id/decisions',
    bodyLimit: maxBodyBytes,
    config: {
      doc: {
        summary:
          "Sends a decision with its decision token to the incident's workflow and waits for the gateway's answer.",
        params: incidentParamsSchema,
        body: { 'application/json': decisionSchema },
        answer: { schema: z.strictObject({ admitted: admittedDecisionSchema }) },
        errors: [409, 422],
      },
    },
    handler: async ({ params, body }) => {
      const message = parseBody(decisionSchema, body);
      const send = (workflow: string) => deps.workflows.decide(workflow, message);
      return submitToIncident(deps, { incident: params.id, message, code: 'decision-refused', send });
    },
  });
}
