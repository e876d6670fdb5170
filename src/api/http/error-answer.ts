import type { FastifyReply } from 'fastify';
import { errorCatalogue, type ErrorCode } from '../../lib/error-catalogue.ts';
import { AirlockError, badInput, type ErrorBody } from '../../lib/error.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Counters } from './counters.ts';

/** The one translator of errors to HTTP. An error that is not an AirlockError is logged and not sent. */
export function createErrorAnswer(counters: Counters, log: Logger) {
  return (error: Error & { statusCode?: number }, reply: FastifyReply): ErrorBody => {
    const known = error instanceof AirlockError ? error : fromFastify(error);
    const code: ErrorCode = known?.code ?? 'internal';
    counters.count(`refused ${code}`);
    const { status, next } = errorCatalogue[code];
    reply.code(status);
    if (status === 401) reply.header('www-authenticate', 'Bearer');
    // Alertmanager tries again after a 5xx alone; it drops everything that got a 4xx, 429 too.
    if (status === 503) reply.header('retry-after', '5');
    if (known) return { code, message: known.message, next, details: known.details };
    log.error({ problem: error.stack ?? error.message }, 'request failed');
    return { code, message: 'a defect of Airlock: see the log of airlock serve', next };
  };
}

function fromFastify(error: { statusCode?: number }): AirlockError | undefined {
  if (error.statusCode === 413) {
    return new AirlockError({ code: 'too-large', message: 'body: too large; send less at once' });
  }
  const theirs = error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500;
  return theirs ? badInput('request', 'malformed HTTP request') : undefined;
}
