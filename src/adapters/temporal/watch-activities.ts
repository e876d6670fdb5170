import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { logContextOf } from '../../domain/incident/log-context.ts';
import { omitUndefined } from '../../lib/omit-undefined.ts';
import type { Tracing } from '../../domain/incident/tracing.ts';
import type { Logger } from '../../platform/logger.ts';

/**
 * Records each attempt of an activity in the process that runs the activity: two log lines, and a span in the
 * incident's trace. Inputs and results are not recorded. If an attempt fails, its error message is recorded; the
 * workflow's history contains that message too.
 */
export function watchActivities({ log, tracing }: { log: Logger; tracing: Tracing }): ActivityInterceptorsFactory {
  return ({ info: { activityType: activity, attempt } }) => ({
    inbound: {
      async execute(input, next) {
        const context = logContextOf(input.args[0]);
        const lines = log.child({ ...context, activity, attempt });
        const startedAt = performance.now();
        const ms = (): number => Math.round(performance.now() - startedAt);
        lines.info('activity starts');
        try {
          const attributes = omitUndefined<{ attempt: number; incident?: string }>({
            attempt,
            incident: context?.incident,
          });
          const result = await tracing.inIncident(context, { name: activity, attributes }, () => next(input));
          lines.info({ ms: ms() }, 'activity done');
          return result;
        } catch (error) {
          const problem = error instanceof Error ? error.message : String(error);
          lines.warn({ ms: ms(), problem }, 'activity failed');
          throw error;
        }
      },
    },
  });
}
