import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { aboutOf } from '../../domain/incident/log-context.ts';
import type { Logger, Tracing } from '../../platform/telemetry.ts';

/**
 * Writes down each try of an activity in the process that runs it: two lines of its log, and a span of the incident's
 * trace. Inputs and results are not told; why one failed is what the workflow's history holds too.
 */
export function watchActivities({ log, tracing }: { log: Logger; tracing: Tracing }): ActivityInterceptorsFactory {
  return ({ info: { activityType: activity, attempt } }) => ({
    inbound: {
      async execute(input, next) {
        const about = aboutOf(input.args[0]);
        const lines = log.child({ ...about, activity, attempt });
        const from = performance.now();
        const ms = (): number => Math.round(performance.now() - from);
        lines.info('activity starts');
        try {
          const facts = { attempt, ...(about?.incident ? { incident: about.incident } : {}) };
          const result = await tracing.under(about, { name: activity, facts }, () => next(input));
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
