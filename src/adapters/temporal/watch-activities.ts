import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { logContextOf } from '../../domain/incident/log-context.ts';
import { omitUndefined } from '../../lib/omit-undefined.ts';
import type { Tracing } from '../../domain/incident/tracing.ts';
import type { Logger } from '../../platform/logger.ts';

/**
 * For each attempt of an activity, writes two log lines. Also adds a span to the incident's trace, if the activity's
 * input contains the incident id and a valid trace id. Of the input, only these two ids are written. Results are not
 * written. If the attempt fails, the message of the error is written to the log and to the span.
 */
export function watchActivities({ log, tracing }: { log: Logger; tracing: Tracing }): ActivityInterceptorsFactory {
  return ({ info: { activityType: activity, attempt } }) => ({
    inbound: {
      async execute(input, next) {
        const context = logContextOf(input.args[0]);
        const attemptLog = log.child({ ...context, activity, attempt });
        const startedAt = performance.now();
        const elapsedMs = (): number => Math.round(performance.now() - startedAt);
        attemptLog.info('activity starts');
        try {
          const attributes = omitUndefined<{ attempt: number; incident?: string }>({
            attempt,
            incident: context?.incident,
          });
          const result = await tracing.inIncident(context, { name: activity, attributes }, () => next(input));
          attemptLog.info({ ms: elapsedMs() }, 'activity done');
          return result;
        } catch (error) {
          const problem = error instanceof Error ? error.message : String(error);
          attemptLog.warn({ ms: elapsedMs(), problem }, 'activity failed');
          throw error;
        }
      },
    },
  });
}
