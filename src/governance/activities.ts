import { activityInfo } from '@temporalio/activity';
import { asFailure } from '../platform/activity-failure.ts';
import { takeOwnership, type TakeOwnershipDeps } from './intake/take-ownership.ts';
import { close, type CloseDeps } from './close.ts';
import type { GovernanceActivities } from './contract.ts';
import { forwardLateAlerts, type ForwardLateAlertsDeps } from './intake/forward-late-alerts.ts';
import { executedPlan, type ExecutedPlanDeps } from './dossier/executed-plan.ts';
import { judge, type JudgeDeps } from './dossier/judge.ts';
import { open, type OpenDeps } from './open.ts';
import { remind, type RemindDeps } from './remind.ts';

/** Everything that the governance activities need from outside. */
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
    open: asFailure((input) => open(deps, { ...input, workflowId: callingWorkflowId() })),
    takeOwnership: asFailure((input) => takeOwnership(deps, { ...input, workflowId: callingWorkflowId() })),
    executedPlan: asFailure(({ of, incident: { cluster } }) => executedPlan(deps, { of, cluster })),
    judge: asFailure((input) => judge(deps, input)),
    remind: asFailure((input) => remind(deps, input)),
    close: asFailure((input) => close(deps, { ...input, workflowId: callingWorkflowId() })),
    forwardLateAlerts: asFailure(({ delivery }) =>
      forwardLateAlerts(deps, { delivery, workflowId: callingWorkflowId() }),
    ),
  };
}

/** Returns the id of the workflow that called the running activity. */
function callingWorkflowId(): string {
  return activityInfo().workflowExecution?.workflowId ?? '';
}
