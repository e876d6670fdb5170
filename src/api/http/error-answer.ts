import type { FastifyReply } from 'fastify';
import { AirlockError, badInput, type ErrorBody } from '../../lib/error.ts';
import type { Logger } from '../../platform/telemetry.ts';
import type { Counters } from './counters.ts';

const statuses: Record<string, number> = {
  'bad-input': 400,
  unauthorized: 401,
  'foreign-cluster': 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'no-open-dossier': 409,
  'too-large': 413,
  'unsupported-media-type': 415,
  'decision-refused': 422,
  'edit-refused': 422,
  'request-refused': 422,
};

/** The one translator of errors to HTTP. What is not Airlock's own is logged, and told to nobody. */
export function createErrorAnswer(counters: Counters, log: Logger) {
  return (error: Error & { statusCode?: number }, reply: FastifyReply): ErrorBody => {
    const known = error instanceof AirlockError ? error : fromFastify(error);
    counters.count(`refused ${known?.code ?? 'internal'}`);
    if (!known) {
      log.error({ problem: error.stack ?? error.message }, 'a request failed');
      reply.code(500);
      return { code: 'internal', message: 'this failed inside Airlock: see the log of airlock serve', next: 'ask' };
    }
    const { code, message, next, details } = known;
    const status = statuses[code] ?? (next === 'retry' ? 503 : 500);
    reply.code(status);
    if (status === 401) reply.header('www-authenticate', 'Bearer');
    // Alertmanager tries again after a 5xx alone; it drops everything that got a 4xx, 429 too.
    if (status === 503) reply.header('retry-after', '5');
    return { code, message, next, details };
  };
}

function fromFastify(error: { statusCode?: number }): AirlockError | undefined {
  if (error.statusCode === 413) {
    return new AirlockError({ code: 'too-large', message: 'body: is too large; send less at once', next: 'stop' });
  }
  const theirs = error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500;
  return theirs ? badInput('request', 'is not HTTP as it is understood here') : undefined;
}
