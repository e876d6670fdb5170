import { sameEntriesExcept, sameFields, type Validation } from './guardrail.ts';
import { keptMetadata } from './kept-fields.ts';
import { ownershipKeys } from '../ownership-annotations.ts';

/**
 * Returns the validations for the metadata of a changed object. One protects the fields of `keptMetadata`. The other
 * protects all annotations except those of `ownershipKeys`.
 * @param rule creates a validation for the requests of one action. For other requests, the expression is true.
 */
export function metadataValidations(rule: (expression: string, message: string) => Validation): Validation[] {
  return [
    rule(
      sameFields('object.metadata', 'oldObject.metadata', keptMetadata),
      'labels, owners and finalizers must not change',
    ),
    rule(
      sameEntriesExcept('metadata', 'annotations', ownershipKeys),
      `annotations other than ${ownershipKeys.join(' and ')} must not change`,
    ),
  ];
}
