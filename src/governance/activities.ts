import { activityInfo } from '@temporalio/activity';
import { asFailure } from '../activity-failure.ts';
import { claim, type ClaimDeps } from './claim.ts';
import { close, type CloseDeps } from './close.ts';
import type { GovernanceActivities } from './contract.ts';
import { handOn, type HandOnDeps } from './hand-on.ts';
import { executedPlan, type ExecutedPlanDeps } from './executed-plan.ts';
import { judge, type JudgeDeps } from './judge.ts';
import { open, type OpenDeps } from './open.ts';
import { remind, type RemindDeps } from './remind.ts';

export type GovernanceDeps = JudgeDeps & OpenDeps & ExecutedPlanDeps & ClaimDeps & RemindDeps & CloseDeps & HandOnDeps;

/** What governance does for workflows. */
export function createActivities(deps: GovernanceDeps): GovernanceActivities {
  return {
    open: asFailure((input) => open(deps, { ...input, workflow: ownWorkflow() })),
    claim: asFailure((input) => claim(deps, { ...input, workflow: ownWorkflow() })),
    executedPlan: asFailure(({ of, incident: { cluster } }) => executedPlan(deps, { of, cluster })),
    judge: asFailure((input) => judge(deps, input)),
    remind: asFailure((input) => remind(deps, input)),
    close: asFailure((input) => close(deps, { ...input, workflow: ownWorkflow() })),
    handOn: asFailure(({ delivery }) => handOn(deps, { delivery, workflow: ownWorkflow() })),
  };
}

function ownWorkflow(): string {
  return activityInfo().workflowExecution?.workflowId ?? '';
}
