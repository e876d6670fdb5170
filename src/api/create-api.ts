import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { refused } from '../domain/error.ts';
import type { Logger } from '../telemetry.ts';
import { alertRoutes, type AlertDeps } from './alerts.ts';
import { createBearerCheck } from './bearer.ts';
import { createConnectionAnswer } from './connection-answer.ts';
import { createCounters } from './counters.ts';
import { decisionRoutes, type DecisionDeps } from './decisions.ts';
import { documentRoutes, type DocumentDeps } from './documents.ts';
import { createErrorAnswer } from './error-answer.ts';
import { incidentRoutes } from './incidents.ts';
import { journalRoutes } from './journal.ts';
import { statusRoutes, type StatusDeps } from './status.ts';

/** Everything the API stands on. Bearer tokens are known by their SHA-256 only. */
export type ApiDeps = Pick<AlertDeps, 'intake'> &
  DecisionDeps &
  DocumentDeps &
  Pick<StatusDeps, 'checks'> & {
    tokens: {
      alerts: readonly { sha256: string; cluster: string }[];
      operators: readonly { sha256: string }[];
    };
    log: Logger;
  };

/** The HTTP API of `airlock serve`, not listening yet. Every route needs a bearer token; every error has one shape. */
export function createApi(deps: ApiDeps): FastifyInstance {
  const counters = createCounters();
  const answerError = createErrorAnswer(counters, deps.log);
  const answer = (error: Error, _request: unknown, reply: FastifyReply): void =>
    void reply.send(answerError(error, reply));
  const app = Fastify({
    bodyLimit: 64 * 1024,
    requestTimeout: 30_000,
    forceCloseConnections: true,
    // Both before any route is known: an address that cannot be decoded, and bytes that are no HTTP at all.
    frameworkErrors: answer,
    clientErrorHandler: createConnectionAnswer(counters),
  });
  app.setErrorHandler(answer);
  app.setNotFoundHandler(() => {
    throw refused('not-found', 'there is nothing at this address');
  });
  // Bytes stay bytes until a parser that refuses what is not UTF-8 has seen them.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  alertRoutes(app, { ...deps, counters, sources: createBearerCheck(deps.tokens.alerts) });
  void app.register(async (operators) => {
    const operator = createBearerCheck(deps.tokens.operators);
    operators.addHook('onRequest', async (request) => void operator(request.headers.authorization));
    incidentRoutes(operators, deps);
    journalRoutes(operators, deps);
    documentRoutes(operators, deps);
    decisionRoutes(operators, deps);
    statusRoutes(operators, { ...deps, counters });
  });
  return app;
}
