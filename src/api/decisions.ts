import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { admittedDecisionSchema, decisionSchema } from '../domain/decision.ts';
import { refused } from '../domain/error.ts';
import { refusedInput } from '../domain/refused-input.ts';
import { strictJson } from '../domain/strict-json.ts';
import type { IncidentWorkflows, SignatureCheck } from '../governance/ports.ts';
import { findIncident, incidentParamsSchema, type IncidentDeps } from './incidents.ts';

const maxBodyBytes = 64 * 1024;

export interface DecisionDeps extends IncidentDeps {
  workflows: IncidentWorkflows;
  verifyProof: SignatureCheck;
}

/**
 * `POST /v1/incidents/:id/decisions`: takes a decision with its proof to the incident's workflow and waits for the
 * gateway's answer. Only the proof counts; the bearer token says merely who may knock.
 */
export function decisionRoutes(app: FastifyInstance, { journal, workflows, verifyProof }: DecisionDeps): void {
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
      const decision = decisionSchema.safeParse(strictJson((body as Buffer | undefined) ?? new Uint8Array()));
      if (!decision.success) throw refusedInput(decision.error, 'body');
      const { view } = await findIncident(journal, params.id);
      if (view.outcome) throw refused('no-open-dossier', `the incident is closed: ${view.outcome.outcome}`);
      const signature = await verifyProof(decision.data.proof);
      if ('refused' in signature) throw refused('decision-refused', signature.refused);
      const answer = await workflows.decide(view.workflow, decision.data);
      if ('refused' in answer) throw refused('decision-refused', answer.refused);
      return answer;
    },
  });
}
