import { metadataPrefix } from '../domain/names.ts';
import { sameEntriesExcept, sameFields, type Validation } from './guardrail.ts';
import { keptMetadata } from './kept-fields.ts';

/**
 * The validations for the metadata of an object that an action patches: only Airlock's annotations may change.
 * @param rule makes a validation that applies to the requests of one action.
 */
export function metadataValidations(rule: (expression: string, message: string) => Validation): Validation[] {
  return [
    rule(
      sameFields('object.metadata', 'oldObject.metadata', keptMetadata),
      'labels, owners and finalizers must not change',
    ),
    rule(
      sameEntriesExcept('metadata', 'annotations', [metadataPrefix]),
      `annotations other than ${metadataPrefix} must not change`,
    ),
  ];
}
