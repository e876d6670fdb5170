import { metadataValidations } from '../guardrails/metadata-validations.ts';
import { restartedAt } from '../../domain/kubernetes/restarted-at.ts';
import {
  celString,
  sameFields,
  sameEntriesExcept,
  type ActionGuardrail,
  type OpenField,
  type Validation,
} from '../guardrails/guardrail.ts';
import { openMetadata } from '../guardrails/open-metadata.ts';
import { keptDeploymentFields, keptTemplateMetadata } from '../guardrails/kept-fields.ts';

/** CEL: the request updates a Deployment itself, not its scale or status. */
const isDeploymentUpdate = "variables.write == 'UPDATE apps/deployments/'";
/** RE2 pattern: an RFC 3339 time in UTC, in whole seconds. */
const timePattern = '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$';

/**
 * Returns the admission rules for `restart-workload`. The action may change only Airlock's own annotations of a
 * Deployment, and the annotation `restartedAt` of the pod template. After each write, `restartedAt` must be a time.
 */
export function restartWorkloadGuardrail(): ActionGuardrail {
  const rule = (expression: string, message: string): Validation => ({
    expression: `variables.action != 'restart-workload' || (${expression})`,
    message: `restart-workload: ${message}`,
  });
  const restartTime = `object.spec.template.?metadata.?annotations[?${celString(restartedAt)}].orValue('')`;
  const validations = [
    rule(isDeploymentUpdate, 'may only update Deployments, not their scale or status'),
    ...metadataValidations(rule),
    rule(sameFields('object.spec', 'oldObject.spec', keptDeploymentFields), 'only the template of the spec may change'),
    rule('object.spec.template.spec == oldObject.spec.template.spec', 'the pod spec must not change'),
    rule(
      sameFields('object.spec.template.?metadata', 'oldObject.spec.template.?metadata', [
        'labels',
        ...keptTemplateMetadata,
      ]),
      "the template's metadata must not change, except annotations",
    ),
    rule(
      sameEntriesExcept('spec.template.?metadata', 'annotations', [restartedAt]),
      `the template's annotations must not change, except ${restartedAt}`,
    ),
    rule(
      `${restartTime}.matches(${celString(timePattern)})`,
      `${restartedAt} must be a time such as 2026-01-31T12:00:00Z`,
    ),
  ];
  const time: OpenField = {
    field: `spec.template.metadata.annotations[${restartedAt}]`,
    limit: 'a time in UTC',
    harmless: 'every new value restarts the pods, which is what the action does',
  };
  return { validations, openFields: [...openMetadata, time] };
}
