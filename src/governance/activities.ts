import { activityInfo } from '@temporalio/activity';
import { withTemporalFailures } from '../platform/activity-failure.ts';
import { takeOwnership, type TakeOwnershipDeps } from './intake/take-ownership.ts';
import { close, type CloseDeps } from './close.ts';
import type { GovernanceActivities } from './contract.ts';
import { forwardLateAlerts, type ForwardLateAlertsDeps } from './intake/forward-late-alerts.ts';
import { executedPlan, type ExecutedPlanDeps } from './dossier/executed-plan.ts';
import { judge, type JudgeDeps } from './dossier/judge.ts';
import { open, type OpenDeps } from './open.ts';
import { remind, type RemindDeps } from './remind.ts';

/** What the activities of the governance plane need from outside. */
export type GovernanceDeps = JudgeDeps &
  OpenDeps &
  ExecutedPlanDeps &
  TakeOwnershipDeps &
  RemindDeps &
  CloseDeps &
  ForwardLateAlertsDeps;

/** Creates the activities of the governance plane. */
export function createActivities(deps: GovernanceDeps): GovernanceActivities {
  return {
    open: withTemporalFailures((input) => open(deps, { ...input, workflowId: callingWorkflowId() })),
    takeOwnership: withTemporalFailures((input) => takeOwnership(deps, { ...input, workflowId: callingWorkflowId() })),
    executedPlan: withTemporalFailures(({ of, incident: { cluster } }) =>
      executedPlan(deps, { incident: of, cluster }),
    ),
    judge: withTemporalFailures((input) => judge(deps, input)),
    remind: withTemporalFailures((input) => remind(deps, input)),
    close: withTemporalFailures((input) => close(deps, { ...input, workflowId: callingWorkflowId() })),
    forwardLateAlerts: withTemporalFailures(({ delivery }) =>
      forwardLateAlerts(deps, { delivery, workflowId: callingWorkflowId() }),
    ),
  };
}

/** Returns the id of the workflow that called the running activity. */
function callingWorkflowId(): string {
  return activityInfo().workflowExecution?.workflowId ?? '';
}
