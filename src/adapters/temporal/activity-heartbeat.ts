import { heartbeat } from '@temporalio/activity';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';

/**
 * Heartbeat interval of activities, milliseconds. The worker sets `maxHeartbeatThrottleInterval` to the same value. By
 * default, the SDK waits four fifths of the heartbeat timeout before the next heartbeat. One missed heartbeat would
 * then cause a timeout.
 */
export const heartbeatMs = 1_000;

/**
 * Sends heartbeats while an activity runs. If the process dies, Temporal notices this after the heartbeat timeout
 * (workflows/activity-options.ts).
 */
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
