import { createSchedulingAction } from '../node-scheduling.ts';

/** Cordons a node, as `kubectl cordon` does: the scheduler puts no new pods on the node. Running pods stay. */
export const cordonNode = createSchedulingAction({
  name: 'cordon-node',
  unschedulable: true,
  revertedBy: 'uncordon-node',
});
