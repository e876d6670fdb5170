import { proxyActivities, type ActivityOptions } from '@temporalio/workflow';
import { taskQueue, type Plane } from '../src/domain/names.ts';
import type { ExecutionActivities } from '../src/execution/contract.ts';
import type { GovernanceActivities } from '../src/governance/contract.ts';
import type { ObservationActivities } from '../src/observation/contract.ts';
import type { ReasoningActivities } from '../src/reasoning/contract.ts';

type Limits = Pick<ActivityOptions, 'startToCloseTimeout' | 'scheduleToCloseTimeout' | 'heartbeatTimeout'>;

// Temporal treats an attempt as failed after 6 s without a heartbeat (adapters/temporal/activity-heartbeat.ts sends one
// each second). A running worker can miss six heartbeats if the machine has no free CPU. Temporal then starts a second
// attempt beside the first, and the gateway's ledger lets only one of the two attempts write.
const heartbeatTimeout = '6s';

/**
 * Returns limits on the time of one attempt, and on the time of all attempts including the backoff. A non-retryable
 * error ends the activity at once. After a worker has died, the next attempt starts when the heartbeat timeout has
 * passed.
 */
function within(oneAttempt: `${number}s`, allAttempts: `${number}m`): Limits {
  return { startToCloseTimeout: oneAttempt, scheduleToCloseTimeout: allAttempts, heartbeatTimeout };
}

const retry = { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '10s' } as const;

function activitiesOf<A extends { [K in keyof A]: (...args: never[]) => Promise<unknown> }>(
  plane: Plane,
  limits: Record<keyof A & string, Limits>,
): A {
  const proxies = Object.entries<Limits>(limits).map(([name, limit]) => {
    const proxy = proxyActivities<Record<string, () => Promise<unknown>>>({
      ...limit,
      retry,
      taskQueue: taskQueue(plane),
    });
    return [name, proxy[name]];
  });
  return Object.fromEntries(proxies) as A;
}

// The only table of activity timeouts. Activities that have to succeed in the end may retry for an hour or a day:
// `close`, `forwardLateAlerts`, `closeLease` and `execute`.

/** Activities of the governance plane, on its task queue. */
export const governance = activitiesOf<GovernanceActivities>('governance', {
  open: within('20s', '10m'),
  takeOwnership: within('20s', '10m'),
  executedPlan: within('30s', '10m'),
  judge: within('30s', '10m'),
  remind: within('20s', '10m'),
  close: within('20s', '1440m'),
  forwardLateAlerts: within('60s', '1440m'),
});

/** Activities of the reasoning plane, on its task queue. */
export const reasoning = activitiesOf<ReasoningActivities>('reasoning', {
  plan: within('30s', '10m'),
});

/** Activities of the observation plane, on its task queue. */
export const observation = activitiesOf<ObservationActivities>('observation', {
  observe: within('60s', '10m'),
  rehearse: within('240s', '20m'),
  verify: within('240s', '20m'),
  closeLease: within('30s', '60m'),
});

/** Activities of the gateway, on its task queue. */
export const execution = activitiesOf<ExecutionActivities>('execution', {
  admitDecision: within('30s', '5m'),
  admitRequest: within('30s', '5m'),
  admitEdit: within('30s', '5m'),
  prepare: within('30s', '10m'),
  execute: within('240s', '60m'),
});
