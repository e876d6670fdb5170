import type { ActionGuardrail, ActionLimits } from '../guardrail.ts';
import { nodeGuardrail } from '../node-guardrail.ts';

/**
 * The admission rules for `uncordon-node`: it may set only `spec.unschedulable: false`, on nodes that the administrator
 * allows.
 */
export function uncordonNodeGuardrail(limits: ActionLimits): ActionGuardrail {
  return nodeGuardrail('uncordon-node', false, limits);
}
