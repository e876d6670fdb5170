import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { incidentIdSchema } from '../domain/incident/incident.ts';
import { requestableSchema, type Requestable } from '../domain/plan/playbook.ts';
import { submittedRequestSchema } from '../domain/approval/request.ts';
import type { SubmitRequest } from '../governance/requests.ts';
import { parseBody } from './http/parse-body.ts';

const maxBodyBytes = 64 * 1024;
const answerSchema = z.strictObject({ incident: incidentIdSchema });

/** What `requestRoutes` needs. */
export interface RequestDeps {
  /**
   * All clusters, and all playbooks with their causes and parameters. A person can request only a playbook that has the
   * cause `person`.
   */
  requestable: Requestable;
  /** Opens the incident of a request. */
  submitRequest: SubmitRequest;
}

/**
 * Adds two routes. `GET /v1/playbooks` returns `requestable`. `POST /v1/requests` opens an incident for a person's
 * request. The body contains the decision token, which proves who requests what. The bearer token gives access to
 * the API and proves nothing about the request.
 */
export function requestRoutes(app: FastifyInstance, { requestable, submitRequest }: RequestDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/playbooks',
    config: {
      doc: {
        summary: 'All clusters, and all playbooks with their causes and parameters.',
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
        summary:
          "Opens an incident for a person's request of a playbook, or of the undo of an executed plan. " +
          'The answer contains the id of the new incident.',
        body: { 'application/json': submittedRequestSchema },
        answer: { status: 202, schema: answerSchema },
        errors: [422],
      },
    },
    handler: async ({ body }, reply) =>
      reply.code(202).send(await submitRequest(parseBody(submittedRequestSchema, body))),
  });
}
