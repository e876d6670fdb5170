import { prefix, systemNamespace } from '../../../src/domain/names.ts';
import { celList, celString, type Validation } from './admission-policy.ts';
import { nodeActions } from '../names.ts';
import { keptNodeFields } from './node-fields.ts';
import { same, sameKeys } from './same-fields.ts';
import { keptMetadata } from './undo-fields.ts';
import { allowedNodeNames, type OwnerValues } from '../values.ts';

/** CEL: the identity carries an action on nodes. */
export const isNodeAction = `variables.action in ${celList(nodeActions)}`;

/** CEL: such an identity acts from `airlock-system`, where its minter alone makes any, and on no namespace. */
export const nodePlace =
  `request.userInfo.username.split(':')[2] == ${celString(systemNamespace)} && ` +
  "request.?namespace.orValue('') == ''";

/** What `cordon-node` and `uncordon-node` may write: whether new pods may be put on a node that the owner allows. */
export function nodeValidations(values: OwnerValues): Validation[] {
  const rule = (expression: string, message: string): Validation => ({
    expression: `!(${isNodeAction}) || (${expression})`,
    message: `node action: ${message}`,
  });
  const unschedulable = 'object.spec.?unschedulable.orValue(false)';
  return [
    rule("variables.write == 'UPDATE /nodes/'", 'only a node'),
    rule(`request.name.matches(${celString(allowedNodeNames(values))})`, 'only nodes that the owner allows'),
    rule(same('object.metadata', 'oldObject.metadata', keptMetadata), 'labels, owners and finalizers stay as they are'),
    rule(sameKeys('metadata', 'annotations', [prefix]), `annotations other than ${prefix} stay as they are`),
    rule(same('object.spec', 'oldObject.spec', keptNodeFields), 'only whether it is unschedulable changes'),
    rule(`${unschedulable} == (variables.action == 'cordon-node')`, 'cordon-node cordons, uncordon-node uncordons'),
  ];
}
