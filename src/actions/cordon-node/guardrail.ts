import type { ActionGuardrail, ActionLimits } from '../guardrails/guardrail.ts';
import { nodeGuardrail } from '../guardrails/node-guardrail.ts';

/**
 * Returns the admission rules for `cordon-node`. The action may change only nodes that the administrator allows. On
 * such a node, the action may only set `spec.unschedulable` to `true` and change Airlock's own annotations.
 */
export function cordonNodeGuardrail(limits: ActionLimits): ActionGuardrail {
  return nodeGuardrail({ action: 'cordon-node', unschedulable: true }, limits);
}
