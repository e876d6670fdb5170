import { metadataValidations } from './metadata-validations.ts';
import { celString, sameFields, type ActionGuardrail, type ActionLimits, type Validation } from './guardrail.ts';

/**
 * All fields of a node's spec except `unschedulable`. No action may change them. An action need not write `taints`,
 * because the node lifecycle controller writes the taint of a cordoned node.
 */
export const keptNodeFields = ['podCIDR', 'podCIDRs', 'providerID', 'taints', 'configSource', 'externalID'] as const;

/**
 * The admission rules for an action that sets `spec.unschedulable`: the action may write only this field and Airlock's
 * annotations, and only on nodes that the administrator allows.
 * @param unschedulable the only value that the action may set.
 */
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
    rule("variables.write == 'UPDATE /nodes/'", 'may change only nodes'),
    rule(
      `request.name.matches(${celString(allowedNodeNames(allowedNodes))})`,
      'may change only nodes that the administrator allows',
    ),
    ...metadataValidations(rule),
    rule(sameFields('object.spec', 'oldObject.spec', keptNodeFields), 'only unschedulable may change'),
    rule(
      `object.spec.?unschedulable.orValue(false) == ${String(unschedulable)}`,
      `may set unschedulable only to ${String(unschedulable)}`,
    ),
  ];
  return { validations };
}

/** Returns the regular expression (RE2) that matches the names of the nodes that the administrator allows. */
export function allowedNodeNames(allowedNodes: readonly string[]): string {
  const patterns = allowedNodes.map((pattern) => pattern.replaceAll('.', '[.]').replaceAll('*', '[-a-z0-9.]*'));
  return `^(${patterns.join('|')})$`;
}
