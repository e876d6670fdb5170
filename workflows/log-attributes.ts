import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';
import { aboutOf, type About } from '../src/domain/incident/log-context.ts';

/** Adds the incident and the trace to each log line of a workflow. Changes no command, so recorded histories replay. */
export const interceptors: WorkflowInterceptorsFactory = () => {
  let about: About | undefined;
  return {
    inbound: [
      {
        execute(input, next) {
          about = aboutOf(input.args[0]);
          return next(input);
        },
      },
    ],
    outbound: [{ getLogAttributes: (input, next) => next({ ...input, ...about }) }],
  };
};
