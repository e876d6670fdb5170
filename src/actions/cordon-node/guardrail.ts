import type { ActionGuardrail, ActionLimits } from '../guardrail.ts';
import { nodeGuardrail } from '../node-guardrail.ts';

/**
 * The admission rules for `cordon-node`: besides Airlock's annotations, this action may set only
 * `spec.unschedulable: true`, on nodes that the administrator allows.
 */
export function cordonNodeGuardrail(limits: ActionLimits): ActionGuardrail {
  return nodeGuardrail('cordon-node', true, limits);
}
