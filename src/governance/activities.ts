import { activityInfo } from '@temporalio/activity';
import { asFailure } from '../activity-failure.ts';
import { close } from './close.ts';
import type { GovernanceActivities } from './contract.ts';
import { judge, type JudgeDeps } from './judge.ts';
import { open, type OpenDeps } from './open.ts';
import { remind } from './remind.ts';

/** What governance does for workflows. */
export function createActivities(deps: JudgeDeps & OpenDeps): GovernanceActivities {
  return {
    open: asFailure((input) => open(deps, { ...input, workflow: activityInfo().workflowExecution?.workflowId ?? '' })),
    judge: asFailure((input) => judge(deps, input)),
    remind: asFailure((input) => remind(deps, input)),
    close: asFailure((input) => close(deps, input)),
  };
}
