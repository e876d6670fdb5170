import type { FastifyReply } from 'fastify';
import { errorCatalogue, type ErrorCode } from '../../lib/error-catalogue.ts';
import { AirlockError, badInput, type ErrorBody } from '../../lib/error.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Counters } from './counters.ts';

/**
 * Makes the function that answers a request with an error. The function sets status and headers, and returns the body.
 * The body of an AirlockError has the error's own code and message. A 4xx error of Fastify becomes `too-large` (413) or
 * `bad-input` (any other 4xx). Every other error is logged and becomes `internal`.
 */
export function createErrorAnswer(counters: Counters, log: Logger) {
  return (error: Error & { statusCode?: number }, reply: FastifyReply): ErrorBody => {
    const knownError = error instanceof AirlockError ? error : fromFastify(error);
    const code: ErrorCode = knownError?.code ?? 'internal';
    counters.count(`refused ${code}`);
    const { status, next } = errorCatalogue[code];
    reply.code(status);
    if (status === 401) reply.header('www-authenticate', 'Bearer');
    // Every error with `next: retry` has status 503. Alertmanager retries after a 5xx. After a 4xx, even 429,
    // Alertmanager drops the alerts.
    if (status === 503) reply.header('retry-after', '5');
    if (knownError) return { code, message: knownError.message, next, details: knownError.details };
    log.error({ problem: error.stack ?? error.message }, 'request failed');
    return { code, message: 'a defect of Airlock: the log of `airlock serve` has the details', next };
  };
}

function fromFastify(error: { statusCode?: number }): AirlockError | undefined {
  if (error.statusCode === 413) {
    return new AirlockError({ code: 'too-large', message: 'body: is too large; send a smaller body' });
  }
  const isClientError = error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500;
  return isClientError ? badInput('request', 'is malformed, or a part of its address is too long') : undefined;
}
