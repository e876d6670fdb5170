import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';
import { logContextOf, type LogContext } from '../src/domain/incident/log-context.ts';

/**
 * Adds the incident and the trace to each log line of a workflow. A log line is no workflow command, so recorded
 * histories still replay.
 */
export const interceptors: WorkflowInterceptorsFactory = () => {
  let context: LogContext | undefined;
  return {
    inbound: [
      {
        execute(input, next) {
          context = logContextOf(input.args[0]);
          return next(input);
        },
      },
    ],
    outbound: [{ getLogAttributes: (input, next) => next({ ...input, ...context }) }],
  };
};
