import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { Tracing } from '../domain/incident/tracing.ts';
import type { Logger } from '../platform/logger.ts';
import { alertRoutes, type AlertDeps } from './alerts.ts';
import { createBearerCheck } from './http/bearer.ts';
import { checkRequest } from './http/check-request.ts';
import { createConnectionAnswer } from './http/connection-answer.ts';
import { createCounters } from './http/counters.ts';
import { decisionRoutes } from './decisions.ts';
import { describedRoutes } from './openapi/described-routes.ts';
import { documentRoutes, type DocumentDeps } from './documents.ts';
import { editRoutes } from './edits.ts';
import { createErrorAnswer } from './http/error-answer.ts';
import { eventRoutes, type EventDeps } from './events/events.ts';
import { addRouteGroup } from './http/route-group.ts';
import { incidentRoutes } from './incidents.ts';
import { journalRoutes } from './journal.ts';
import { journalTreeRoutes, type JournalTreeDeps } from './journal-tree.ts';
import { openApiRoutes } from './openapi/openapi.ts';
import { logRequests, rememberTraces } from './http/request-log.ts';
import { requestRoutes, type RequestDeps } from './requests.ts';
import { statusRoutes, type StatusDeps } from './status.ts';
import type { SubmitDeps } from './submit-to-incident.ts';
import { createUnroutedCheck } from './http/unrouted.ts';

/** What the API needs. The API knows only the SHA-256 of each bearer token, not the token. */
export type ApiDeps = Pick<AlertDeps, 'intake' | 'formats'> &
  SubmitDeps &
  RequestDeps &
  DocumentDeps &
  JournalTreeDeps &
  EventDeps &
  Omit<StatusDeps, 'counters'> & {
    tokens: {
      /** Tokens of monitoring systems, each for the alerts of one cluster. */
      alerts: readonly { sha256: string; cluster: string }[];
      operators: readonly { sha256: string }[];
    };
    log: Logger;
    tracing: Tracing;
  };

/**
 * Creates the HTTP API of `airlock serve`. The API does not listen yet. The API refuses to start if a route has no
 * bearer check, or no description of inputs and answers. All error answers have the same JSON form.
 */
export function createApi(apiDeps: ApiDeps): FastifyInstance {
  const { journal, traceOf } = rememberTraces(apiDeps.journal);
  const deps = { ...apiDeps, journal };
  const counters = createCounters();
  const answerError = createErrorAnswer(counters, deps.log);
  const answer = (error: Error, _request: unknown, reply: FastifyReply): void => {
    void reply.send(answerError(error, reply));
  };
  const app = Fastify({
    bodyLimit: 64 * 1024,
    requestTimeout: 30_000,
    forceCloseConnections: true,
    // Each route has exactly the method that its description names, so Fastify must not add HEAD.
    exposeHeadRoutes: false,
    // `frameworkErrors` answers a request whose address cannot be decoded. `clientErrorHandler` answers a
    // connection from which Node cannot read a request. Both run before a route is looked up.
    frameworkErrors: answer,
    clientErrorHandler: createConnectionAnswer(counters),
  });
  app.setErrorHandler(answer);
  const routes = describedRoutes(app);
  app.addHook('onRequest', createUnroutedCheck(routes));
  app.addHook('preParsing', checkRequest);
  logRequests(app, { ...deps, traceOf });
  // Fastify passes each body on as bytes, so that the handlers can refuse invalid UTF-8. In a string, Fastify would
  // already have replaced the invalid bytes.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  const sources = createBearerCheck(deps.tokens.alerts);
  addRouteGroup(app, { name: 'source', check: sources }, (group) => alertRoutes(group, { ...deps, counters, sources }));
  addRouteGroup(app, { name: 'operator', check: createBearerCheck(deps.tokens.operators) }, (group) => {
    incidentRoutes(group, deps);
    journalRoutes(group, deps);
    journalTreeRoutes(group, deps);
    documentRoutes(group, deps);
    decisionRoutes(group, deps);
    requestRoutes(group, deps);
    editRoutes(group, deps);
    statusRoutes(group, { ...deps, counters });
    eventRoutes(group, deps);
    openApiRoutes(group, { routes });
  });
  return app;
}
