import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { Tracing } from '../domain/incident/tracing.ts';
import type { Logger } from '../platform/logger.ts';
import { alertRoutes, type AlertDeps, type AlertToken } from './alerts.ts';
import { createBearerCheck, type TokenEntry } from './http/bearer.ts';
import { checkRequest } from './http/check-request.ts';
import { createConnectionAnswer } from './http/connection-answer.ts';
import { createCounters } from './http/counters.ts';
import { decisionRoutes } from './decisions.ts';
import { collectDescribedRoutes } from './openapi/described-routes.ts';
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

/** What the API needs. */
export type ApiDeps = Pick<AlertDeps, 'intake' | 'formats'> &
  SubmitDeps &
  RequestDeps &
  DocumentDeps &
  JournalTreeDeps &
  EventDeps &
  Omit<StatusDeps, 'counters' | 'tokens'> & {
    tokens: {
      /** Tokens of monitoring systems. Each token is for the alerts of one cluster. */
      alerts: readonly AlertToken[];
      operators: readonly TokenEntry[];
    };
    log: Logger;
    tracing: Tracing;
  };

/**
 * Creates the HTTP API of `airlock serve`. The caller must call `listen`. This call fails if a route lacks a bearer
 * check or a description. All error answers have the same JSON form.
 */
export function createApi(apiDeps: ApiDeps): FastifyInstance {
  const { journal, traceOf } = rememberTraces(apiDeps.journal);
  const deps = { ...apiDeps, journal };
  const counters = createCounters();
  const answerError = createErrorAnswer(counters, deps.log);
  const sendError = (error: Error, _request: unknown, reply: FastifyReply): void => {
    void reply.send(answerError(error, reply));
  };
  const app = Fastify({
    bodyLimit: 64 * 1024,
    requestTimeout: 30_000,
    forceCloseConnections: true,
    // By default, Fastify adds a HEAD route to each GET route. The API has no HEAD routes.
    exposeHeadRoutes: false,
    // `setErrorHandler` below does not cover two kinds of errors. `frameworkErrors` answers if Fastify cannot decode
    // the address of a request. `clientErrorHandler` answers if Node cannot read a request from a connection.
    frameworkErrors: sendError,
    clientErrorHandler: createConnectionAnswer(counters),
  });
  app.setErrorHandler(sendError);
  const routes = collectDescribedRoutes(app);
  app.addHook('onRequest', createUnroutedCheck(routes));
  app.addHook('preParsing', checkRequest);
  logRequests(app, { ...deps, traceOf });
  // Handlers get the body as bytes, and refuse invalid UTF-8. As a string, the body would contain replacement
  // characters in place of the invalid bytes.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  const checkSource = createBearerCheck(deps.tokens.alerts);
  addRouteGroup(app, { name: 'source', check: checkSource }, (group) => {
    alertRoutes(group, { ...deps, counters, checkSource });
  });
  addRouteGroup(app, { name: 'operator', check: createBearerCheck(deps.tokens.operators) }, (group) => {
    incidentRoutes(group, deps);
    journalRoutes(group, deps);
    journalTreeRoutes(group, deps);
    documentRoutes(group, deps);
    decisionRoutes(group, deps);
    requestRoutes(group, deps);
    editRoutes(group, deps);
    statusRoutes(group, { ...deps, counters, tokens: [...deps.tokens.alerts, ...deps.tokens.operators] });
    eventRoutes(group, deps);
    openApiRoutes(group, { routes });
  });
  return app;
}
