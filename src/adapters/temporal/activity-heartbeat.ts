import { heartbeat } from '@temporalio/activity';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';

/**
 * How often Temporal hears that an activity's process is still there, milliseconds. Also the SDK's throttle: left to
 * itself it holds beats back for four fifths of the heartbeat timeout, which makes of many missed beats one.
 */
export const beatMs = 1_000;

/** Beats while an activity lasts: a process that died is noticed by their absence (workflows/activity-options.ts). */
export const beats: ActivityInterceptorsFactory = () => ({
  inbound: {
    async execute(input, next) {
      const timer = setInterval(() => heartbeat(), beatMs);
      try {
        return await next(input);
      } finally {
        clearInterval(timer);
      }
    },
  },
});
