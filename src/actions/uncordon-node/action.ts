import { createSchedulingAction } from '../node-scheduling.ts';

/** Sets `spec.unschedulable` of a node to false. The scheduler may then put new pods on the node again. */
export const uncordonNode = createSchedulingAction({
  name: 'uncordon-node',
  unschedulable: false,
  revertedBy: 'cordon-node',
});
