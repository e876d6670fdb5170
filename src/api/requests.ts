import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { incidentIdSchema } from '../domain/incident/incident.ts';
import { askableSchema, type Askable } from '../domain/plan/playbook.ts';
import { provenRequestSchema } from '../domain/approval/request.ts';
import type { Requests } from '../governance/requests.ts';
import { bodyOf } from './http/body-of.ts';

const maxBodyBytes = 64 * 1024;
const answerSchema = z.strictObject({ incident: incidentIdSchema });

export interface RequestDeps {
  askable: Askable;
  requests: Requests;
}

/**
 * `GET /v1/playbooks`: what can be asked for, with the schema of its parameters. `POST /v1/requests`: opens the incident
 * of a signed-in person's request; only the proof counts, the bearer token says merely who may knock.
 */
export function requestRoutes(app: FastifyInstance, { askable, requests }: RequestDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/playbooks',
    config: {
      doc: { summary: 'What can be asked for, with what parameters, and where', answer: { schema: askableSchema } },
    },
    handler: async () => askable,
  });
  app.route({
    method: 'POST',
    url: '/v1/requests',
    bodyLimit: maxBodyBytes,
    config: {
      doc: {
        summary: 'Asks for a playbook, or for the undo of an executed incident, with a proof of who asks',
        body: { 'application/json': provenRequestSchema },
        answer: { status: 202, schema: answerSchema },
        errors: [422],
      },
    },
    handler: async ({ body }, reply) => {
      return reply.code(202).send(await requests(bodyOf(provenRequestSchema, body)));
    },
  });
}
