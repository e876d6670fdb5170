import { metadataPrefix } from '../domain/names.ts';
import { celString, same, sameKeys, type ActionGuardrail, type ActionLimits, type Validation } from './guardrail.ts';
import { keptMetadata } from './kept-fields.ts';

/** Fields of a node's spec that no action changes: all but `unschedulable`. The node lifecycle controller writes its taint. */
export const keptNodeFields = ['podCIDR', 'podCIDRs', 'providerID', 'taints', 'configSource', 'externalID'] as const;

/** What an action that sets `spec.unschedulable` may write: this field of a node that the administrator allows. */
export function nodeGuardrail(
  action: 'cordon-node' | 'uncordon-node',
  unschedulable: boolean,
  { allowedNodes }: ActionLimits,
): ActionGuardrail {
  const rule = (expression: string, message: string): Validation => ({
    expression: `variables.action != ${celString(action)} || (${expression})`,
    message: `${action}: ${message}`,
  });
  const validations = [
    rule("variables.write == 'UPDATE /nodes/'", 'only a node'),
    rule(
      `request.name.matches(${celString(allowedNodeNames(allowedNodes))})`,
      'only nodes that the administrator allows',
    ),
    rule(same('object.metadata', 'oldObject.metadata', keptMetadata), 'labels, owners and finalizers must not change'),
    rule(
      sameKeys('metadata', 'annotations', [metadataPrefix]),
      `annotations other than ${metadataPrefix} must not change`,
    ),
    rule(same('object.spec', 'oldObject.spec', keptNodeFields), 'only unschedulable may change'),
    rule(
      `object.spec.?unschedulable.orValue(false) == ${String(unschedulable)}`,
      `only sets unschedulable to ${String(unschedulable)}`,
    ),
  ];
  return { validations };
}

/** RE2 for the names of the nodes that the administrator allows. */
export function allowedNodeNames(allowedNodes: readonly string[]): string {
  const patterns = allowedNodes.map((pattern) => pattern.replaceAll('.', '[.]').replaceAll('*', '[-a-z0-9.]*'));
  return `^(${patterns.join('|')})$`;
}
