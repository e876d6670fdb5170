import type { Intake } from '../governance/intake/intake.ts';
import type { Tracing } from '../domain/incident/tracing.ts';
import type { Logger } from '../platform/logger.ts';

/**
 * Returns the intake of alerts, extended: each successful call is logged. A call that stored a new alert also writes
 * the first span of the trace.
 */
export function traceIntake(intake: Intake, { tracing, log }: { tracing: Tracing; log: Logger }): Intake {
  return async (...call) => {
    const start = new Date().toISOString();
    const receipt = await intake(...call);
    const { trace, received, stored } = receipt;
    log.info({ trace, received, stored }, 'stored alerts');
    const attributes = { received, stored };
    if (stored > 0) tracing.recordSpan({ trace }, { name: 'intake', start, end: new Date().toISOString(), attributes });
    return receipt;
  };
}
