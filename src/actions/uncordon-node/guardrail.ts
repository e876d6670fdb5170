import type { ActionGuardrail, ActionLimits } from '../guardrails/guardrail.ts';
import { nodeGuardrail } from '../guardrails/node-guardrail.ts';

/**
 * The admission rules for `uncordon-node`. The action may write only `spec.unschedulable: false` and Airlock's own
 * annotations. `limits.allowedNodes` lists the nodes that the action may change.
 */
export function uncordonNodeGuardrail(limits: ActionLimits): ActionGuardrail {
  return nodeGuardrail({ action: 'uncordon-node', unschedulable: false }, limits);
}
