import type { ActionGuardrail, ActionLimits } from '../guardrail.ts';
import { nodeGuardrail } from '../node-guardrail.ts';

/**
 * The admission rules for `uncordon-node`. The action may only set `spec.unschedulable` to `false` and change Airlock's
 * own annotations, on nodes that the administrator allows.
 */
export function uncordonNodeGuardrail(limits: ActionLimits): ActionGuardrail {
  return nodeGuardrail('uncordon-node', false, limits);
}
