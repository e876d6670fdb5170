import { createSchedulingAction } from '../node-scheduling.ts';

/** Uncordons a node: the scheduler may put new pods on it again. */
export const uncordonNode = createSchedulingAction(false, {
  name: 'uncordon-node',
  inverse: 'cordon-node',
  summary: 'let new pods be put on a node again',
});
