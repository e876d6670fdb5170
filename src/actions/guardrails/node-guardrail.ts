import { metadataValidations } from './metadata-validations.ts';
import {
  celString,
  sameFields,
  type ActionGuardrail,
  type ActionLimits,
  type OpenField,
  type Validation,
} from './guardrail.ts';
import { openMetadata } from './open-metadata.ts';

/**
 * All fields of a node's spec except `unschedulable`. No action may change these fields, not even `taints`: the node
 * lifecycle controller adds the taint of a cordoned node.
 */
export const keptNodeFields = ['podCIDR', 'podCIDRs', 'providerID', 'taints', 'configSource', 'externalID'] as const;

/**
 * Returns the admission rules for an action that cordons or uncordons a node. The action may change only nodes that the
 * administrator allows. On such a node, the action may change only `spec.unschedulable` and Airlock's own annotations.
 * After each write, `spec.unschedulable` must have the value of the parameter `unschedulable`.
 */
export function nodeGuardrail(
  { action, unschedulable }: { action: 'cordon-node' | 'uncordon-node'; unschedulable: boolean },
  { allowedNodes }: ActionLimits,
): ActionGuardrail {
  const rule = (expression: string, message: string): Validation => ({
    expression: `variables.action != ${celString(action)} || (${expression})`,
    message: `${action}: ${message}`,
  });
  const validations = [
    rule("variables.write == 'UPDATE /nodes/'", 'may only update nodes, not their status'),
    rule(
      `request.name.matches(${celString(allowedNodesPattern(allowedNodes))})`,
      'may change only nodes that the administrator allows',
    ),
    ...metadataValidations(rule),
    rule(sameFields('object.spec', 'oldObject.spec', keptNodeFields), 'in the spec, only unschedulable may change'),
    rule(
      `object.spec.?unschedulable.orValue(false) == ${String(unschedulable)}`,
      `unschedulable must be ${String(unschedulable)} after the update`,
    ),
  ];
  const scheduling: OpenField = {
    field: 'spec.unschedulable',
    limit: `only ${String(unschedulable)}`,
    harmless: 'is what the action does',
  };
  return { validations, openFields: [...openMetadata, scheduling] };
}

/** Returns the regular expression (RE2) that matches the names of the nodes that the administrator allows. */
export function allowedNodesPattern(allowedNodes: readonly string[]): string {
  const patterns = allowedNodes.map((pattern) => pattern.replaceAll('.', '[.]').replaceAll('*', '[-a-z0-9.]*'));
  return `^(${patterns.join('|')})$`;
}
