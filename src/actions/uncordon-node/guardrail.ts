import type { ActionGuardrail, ActionLimits } from '../guardrail.ts';
import { nodeGuardrail } from '../node-guardrail.ts';

/** What `uncordon-node` may write: `spec.unschedulable: false` of a node that the administrator allows. */
export function uncordonNodeGuardrail(limits: ActionLimits): ActionGuardrail {
  return nodeGuardrail('uncordon-node', false, limits);
}
