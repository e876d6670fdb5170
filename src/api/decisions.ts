import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { admittedDecisionSchema, decisionSchema } from '../domain/approval/decision.ts';
import { bodyOf } from './http/body-of.ts';
import { incidentParamsSchema } from './incidents.ts';
import { takeProven, type ProvenDeps } from './take-proven.ts';

const maxBodyBytes = 64 * 1024;

/**
 * `POST /v1/incidents/:id/decisions`: takes a decision with its proof to the incident's workflow and waits for the
 * gateway's answer. Only the proof counts; the bearer token says merely who may knock.
 */
export function decisionRoutes(app: FastifyInstance, deps: ProvenDeps): void {
  app.route<{ Params: { id: string } }>({
    method: 'POST',
    url: '/v1/incidents/:id/decisions',
    bodyLimit: maxBodyBytes,
    config: {
      doc: {
        summary: "Takes a decision with its proof to the incident's workflow and waits for the gateway's answer.",
        params: incidentParamsSchema,
        body: { 'application/json': decisionSchema },
        answer: { schema: z.strictObject({ admitted: admittedDecisionSchema }) },
        errors: [409, 422],
      },
    },
    handler: async ({ params, body }) => {
      const said = bodyOf(decisionSchema, body);
      const send = (workflow: string) => deps.workflows.decide(workflow, said);
      return takeProven(deps, { incident: params.id, said, code: 'decision-refused', send });
    },
  });
}
