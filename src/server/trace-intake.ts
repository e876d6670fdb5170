import type { Intake } from '../governance/intake/intake.ts';
import type { Tracing } from '../domain/incident/tracing.ts';
import type { Logger } from '../platform/logger.ts';

/**
 * Extends the intake of alerts: each call is logged, and recorded as the first span of its trace. A call that stored no
 * new alert records no span.
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
