import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { incidentIdSchema } from '../domain/incident/incident.ts';
import { requestableSchema, type Requestable } from '../domain/plan/playbook.ts';
import { submittedRequestSchema } from '../domain/approval/request.ts';
import type { Requests } from '../governance/requests.ts';
import { parseBody } from './http/parse-body.ts';

const maxBodyBytes = 64 * 1024;
const answerSchema = z.strictObject({ incident: incidentIdSchema });

/** What the routes of requests need. */
export interface RequestDeps {
  /** What a person can request: all playbooks (each with its causes and parameters) and all clusters. */
  requestable: Requestable;
  requests: Requests;
}

/**
 * `GET /v1/playbooks`: answers with `requestable`.
 *
 * `POST /v1/requests`: opens an incident for a person's request. The decision token in the body authorizes the request.
 * The bearer token only gives access to the API.
 */
export function requestRoutes(app: FastifyInstance, { requestable, requests }: RequestDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/playbooks',
    config: {
      doc: {
        summary: 'The playbooks, the causes and the parameters that each accepts, and the clusters.',
        answer: { schema: requestableSchema },
      },
    },
    handler: async () => requestable,
  });
  app.route({
    method: 'POST',
    url: '/v1/requests',
    bodyLimit: maxBodyBytes,
    config: {
      doc: {
        summary: "Requests a playbook, or the undo of an incident's change, with a decision token of the requester.",
        body: { 'application/json': submittedRequestSchema },
        answer: { status: 202, schema: answerSchema },
        errors: [422],
      },
    },
    handler: async ({ body }, reply) => reply.code(202).send(await requests(parseBody(submittedRequestSchema, body))),
  });
}
