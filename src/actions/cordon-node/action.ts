import { createSchedulingAction } from '../node-scheduling.ts';

/** Cordons a node: the scheduler puts no new pods on it, and running pods stay. */
export const cordonNode = createSchedulingAction(true, {
  name: 'cordon-node',
  inverse: 'uncordon-node',
  summary: 'put no new pods on a node; running pods stay',
});
