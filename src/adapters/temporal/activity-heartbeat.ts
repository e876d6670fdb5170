import { heartbeat } from '@temporalio/activity';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';

/**
 * Heartbeat interval of activities, milliseconds. The worker sets the SDK's throttle interval to the same value. By
 * default the SDK holds heartbeats back for four fifths of the heartbeat timeout, so a single missed heartbeat would
 * already be a timeout.
 */
export const heartbeatMs = 1_000;

/** Sends heartbeats while an activity runs, so that Temporal notices a dead process (workflows/activity-options.ts). */
export const heartbeats: ActivityInterceptorsFactory = () => ({
  inbound: {
    async execute(input, next) {
      const timer = setInterval(() => heartbeat(), heartbeatMs);
      try {
        return await next(input);
      } finally {
        clearInterval(timer);
      }
    },
  },
});
