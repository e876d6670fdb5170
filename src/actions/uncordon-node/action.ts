import { createSchedulingAction } from '../node-scheduling.ts';

/** Uncordons a node: the scheduler may put new pods on it again. */
export const uncordonNode = createSchedulingAction(false, {
  name: 'uncordon-node',
  inverse: 'cordon-node',
  summary: 'allow new pods on a node again',
});
