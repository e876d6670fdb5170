import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';
import { logContextOf, type LogContext } from '../src/domain/incident/log-context.ts';

/**
 * Reads the incident id and the trace id from the input of a workflow. Adds these ids to each log line of the workflow.
 * The input of a schedule's workflow contains no such ids. Then adds nothing.
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
