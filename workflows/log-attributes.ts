import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';
import { aboutOf, type About } from '../src/domain/about.ts';

/** Every line that a workflow logs names its incident and trace. Part of the bundle; changes no command of a workflow. */
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
