import type { FastifyReply } from 'fastify';
import { errorCatalogue, type ErrorCode } from '../../lib/error-catalogue.ts';
import { AirlockError, badInput, type ErrorBody } from '../../lib/error.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Counters } from './counters.ts';

/**
 * Makes the function that answers a request whose handler or hook threw an error. A 4xx error of Fastify becomes
 * `too-large` or `bad-input`. Any other error that is not an AirlockError is logged and not sent: the answer is
 * `internal`.
 */
export function createErrorAnswer(counters: Counters, log: Logger) {
  return (error: Error & { statusCode?: number }, reply: FastifyReply): ErrorBody => {
    const known = error instanceof AirlockError ? error : fromFastify(error);
    const code: ErrorCode = known?.code ?? 'internal';
    counters.count(`refused ${code}`);
    const { status, next } = errorCatalogue[code];
    reply.code(status);
    if (status === 401) reply.header('www-authenticate', 'Bearer');
    // An error that a retry can solve has status 503. Alertmanager retries only after a 5xx: after a 4xx, including
    // 429, Alertmanager drops the alerts.
    if (status === 503) reply.header('retry-after', '5');
    if (known) return { code, message: known.message, next, details: known.details };
    log.error({ problem: error.stack ?? error.message }, 'request failed');
    return { code, message: 'a defect of Airlock: the log of `airlock serve` has the details', next };
  };
}

function fromFastify(error: { statusCode?: number }): AirlockError | undefined {
  if (error.statusCode === 413) {
    return new AirlockError({ code: 'too-large', message: 'body: is too large; send less at once' });
  }
  const isClientError = error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500;
  return isClientError ? badInput('request', 'malformed HTTP request') : undefined;
}
