import type { Intake } from '../governance/intake/intake.ts';
import type { Tracing } from '../domain/incident/tracing.ts';
import type { Logger } from '../platform/logger.ts';

/**
 * Returns an intake that calls `intake` and then logs the result. If the call stored new alerts, the returned intake
 * also records the span `intake`, in the trace of these alerts. If `intake` throws, nothing is logged or recorded.
 */
export function traceIntake(intake: Intake, { tracing, log }: { tracing: Tracing; log: Logger }): Intake {
  return async (...args) => {
    const start = new Date().toISOString();
    const result = await intake(...args);
    const { trace, received, stored } = result;
    log.info({ trace, received, stored }, 'alerts were received');
    const attributes = { received, stored };
    if (stored > 0) tracing.recordSpan({ trace }, { name: 'intake', start, end: new Date().toISOString(), attributes });
    return result;
  };
}
