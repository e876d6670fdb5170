import type { ActionGuardrail, ActionLimits } from '../guardrail.ts';
import { nodeGuardrail } from '../node-guardrail.ts';

/** What `cordon-node` may write: `spec.unschedulable: true` of a node that the administrator allows. */
export function cordonNodeGuardrail(limits: ActionLimits): ActionGuardrail {
  return nodeGuardrail('cordon-node', true, limits);
}
