import { proxyActivities, type ActivityOptions } from '@temporalio/workflow';
import { taskQueue, type Plane } from '../src/domain/names.ts';
import type { ExecutionActivities } from '../src/execution/contract.ts';
import type { GovernanceActivities } from '../src/governance/contract.ts';
import type { ObservationActivities } from '../src/observation/contract.ts';
import type { ReasoningActivities } from '../src/reasoning/contract.ts';

type Limits = Pick<ActivityOptions, 'startToCloseTimeout' | 'scheduleToCloseTimeout' | 'heartbeatTimeout'>;

// Six beats missed (adapters/temporal/activity-heartbeat.ts): what still lives on a starved machine is seldom taken for
// dead, and where it is, two tries side by side are one too many and no more: the ledger lets one of them act.
const heartbeatTimeout = '6s';

/**
 * Every try may take `once`; tries go on, ever more slowly, until `altogether`. What is final is not tried again. A try
 * whose process died is followed by the next as soon as its beats are missed.
 */
function within(once: `${number}s`, altogether: `${number}m`): Limits {
  return { startToCloseTimeout: once, scheduleToCloseTimeout: altogether, heartbeatTimeout };
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

// The one table of timeouts. What must happen in the end (closing, revoking, executing what was begun) has long limits.

/** What workflows ask of governance, on its queue. */
export const governance = activitiesOf<GovernanceActivities>('governance', {
  open: within('20s', '10m'),
  claim: within('20s', '10m'),
  executedPlan: within('30s', '10m'),
  judge: within('30s', '10m'),
  remind: within('20s', '10m'),
  close: within('20s', '1440m'),
  handOn: within('60s', '1440m'),
});

/** What workflows ask of reasoning, on its queue. */
export const reasoning = activitiesOf<ReasoningActivities>('reasoning', {
  plan: within('30s', '10m'),
});

/** What workflows ask of observation, on its queue. */
export const observation = activitiesOf<ObservationActivities>('observation', {
  observe: within('60s', '10m'),
  rehearse: within('240s', '20m'),
  verify: within('240s', '20m'),
  closeLease: within('30s', '60m'),
});

/** What workflows ask of the gateway, on its queue. */
export const execution = activitiesOf<ExecutionActivities>('execution', {
  admitDecision: within('30s', '5m'),
  admitRequest: within('30s', '5m'),
  admitEdit: within('30s', '5m'),
  prepare: within('30s', '10m'),
  execute: within('240s', '60m'),
});
