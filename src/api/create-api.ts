import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { Logger, Tracing } from '../platform/telemetry.ts';
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
import { family } from './http/route-group.ts';
import { incidentRoutes } from './incidents.ts';
import { journalRoutes } from './journal.ts';
import { journalTreeRoutes, type JournalTreeDeps } from './journal-tree.ts';
import { openApiRoutes } from './openapi/openapi.ts';
import { logRequests, rememberTraces } from './http/request-log.ts';
import { requestRoutes, type RequestDeps } from './requests.ts';
import { statusRoutes, type StatusDeps } from './status.ts';
import type { ProvenDeps } from './take-proven.ts';
import { createUnrouted } from './http/unrouted.ts';

/** Everything the API stands on. Bearer tokens are known by their SHA-256 only. */
export type ApiDeps = Pick<AlertDeps, 'intake' | 'formats'> &
  ProvenDeps &
  RequestDeps &
  DocumentDeps &
  JournalTreeDeps &
  EventDeps &
  Omit<StatusDeps, 'counters'> & {
    tokens: {
      alerts: readonly { sha256: string; cluster: string }[];
      operators: readonly { sha256: string }[];
    };
    log: Logger;
    tracing: Tracing;
  };

/**
 * The HTTP API of `airlock serve`, not listening yet. Every route needs a bearer token and says of itself what it takes
 * and answers, or the API does not start; every error has one shape.
 */
export function createApi(own: ApiDeps): FastifyInstance {
  const { journal, traceOf } = rememberTraces(own.journal);
  const deps = { ...own, journal };
  const counters = createCounters();
  const answerError = createErrorAnswer(counters, deps.log);
  const answer = (error: Error, _request: unknown, reply: FastifyReply): void =>
    void reply.send(answerError(error, reply));
  const app = Fastify({
    bodyLimit: 64 * 1024,
    requestTimeout: 30_000,
    forceCloseConnections: true,
    // A route is one method, as it is described.
    exposeHeadRoutes: false,
    // Both before any route is known: an address that cannot be decoded, and bytes that are no HTTP at all.
    frameworkErrors: answer,
    clientErrorHandler: createConnectionAnswer(counters),
  });
  app.setErrorHandler(answer);
  const routes = describedRoutes(app);
  app.addHook('onRequest', createUnrouted(routes));
  app.addHook('preParsing', checkRequest);
  logRequests(app, { ...deps, traceOf });
  // Bytes stay bytes until a parser that refuses what is not UTF-8 has seen them.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  const sources = createBearerCheck(deps.tokens.alerts);
  family(app, { name: 'source', check: sources }, (scope) => alertRoutes(scope, { ...deps, counters, sources }));
  family(app, { name: 'operator', check: createBearerCheck(deps.tokens.operators) }, (scope) => {
    incidentRoutes(scope, deps);
    journalRoutes(scope, deps);
    journalTreeRoutes(scope, deps);
    documentRoutes(scope, deps);
    decisionRoutes(scope, deps);
    requestRoutes(scope, deps);
    editRoutes(scope, deps);
    statusRoutes(scope, { ...deps, counters });
    eventRoutes(scope, deps);
    openApiRoutes(scope, { routes });
  });
  return app;
}
