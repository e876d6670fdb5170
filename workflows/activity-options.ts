import { proxyActivities, type ActivityOptions } from '@temporalio/workflow';
import { taskQueue, type Plane } from '../src/domain/names.ts';
import type { ExecutionActivities } from '../src/execution/contract.ts';
import type { GovernanceActivities } from '../src/governance/contract.ts';
import type { ObservationActivities } from '../src/observation/contract.ts';
import type { ReasoningActivities } from '../src/reasoning/contract.ts';

type TimeLimits = Pick<ActivityOptions, 'startToCloseTimeout' | 'scheduleToCloseTimeout' | 'heartbeatTimeout'>;

// While an activity runs, its worker sends a heartbeat each second (src/adapters/temporal/activity-heartbeat.ts). After
// 6 s without a heartbeat, Temporal starts another attempt. The earlier attempt may still run, for example if the
// machine has no free CPU. Of two attempts of `execute`, the gateway's ledger lets only one change the cluster.
const heartbeatTimeout = '6s';

/**
 * Returns the time limits of an activity.
 * @param allAttempts limit on all attempts together, with the waiting time before each attempt.
 */
function within(oneAttempt: `${number}s`, allAttempts: `${number}m`): TimeLimits {
  return { startToCloseTimeout: oneAttempt, scheduleToCloseTimeout: allAttempts, heartbeatTimeout };
}

const retryPolicy = { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '10s' } as const;

/** Returns one function for each activity in `limits`. The function runs the activity on the plane's task queue. */
function activitiesOf<A extends { [K in keyof A]: (...args: never[]) => Promise<unknown> }>(
  plane: Plane,
  limits: Record<keyof A & string, TimeLimits>,
): A {
  const entries = Object.entries<TimeLimits>(limits).map(([name, limit]) => {
    const activities = proxyActivities<Record<string, () => Promise<unknown>>>({
      ...limit,
      retry: retryPolicy,
      taskQueue: taskQueue(plane),
    });
    return [name, activities[name]];
  });
  return Object.fromEntries(entries) as A;
}

// The time limits of all activities. Four activities should succeed even after a long failure of a server. So all
// attempts together may take one hour for `execute` and `closeLease`, and one day for `close` and `forwardLateAlerts`.

/** The activities of the governance plane. */
export const governance = activitiesOf<GovernanceActivities>('governance', {
  open: within('20s', '10m'),
  takeOwnership: within('20s', '10m'),
  executedPlan: within('30s', '10m'),
  judge: within('30s', '10m'),
  remind: within('20s', '10m'),
  close: within('20s', '1440m'),
  forwardLateAlerts: within('60s', '1440m'),
});

/** The activities of the reasoning plane. */
export const reasoning = activitiesOf<ReasoningActivities>('reasoning', {
  plan: within('30s', '10m'),
});

/** The activities of the observation plane. */
export const observation = activitiesOf<ObservationActivities>('observation', {
  observe: within('60s', '10m'),
  rehearse: within('240s', '20m'),
  verify: within('240s', '20m'),
  closeLease: within('30s', '60m'),
});

/** The activities of the execution plane, which the gateway runs. */
export const execution = activitiesOf<ExecutionActivities>('execution', {
  admitDecision: within('30s', '5m'),
  admitRequest: within('30s', '5m'),
  admitEdit: within('30s', '5m'),
  prepare: within('30s', '10m'),
  execute: within('240s', '60m'),
});
