import { metadataPrefix } from '../../domain/names.ts';
import { restartedAt } from '../../domain/kubernetes/restarted-at.ts';
import { celString, same, sameKeys, type ActionGuardrail, type Validation } from '../guardrail.ts';
import { keptDeploymentFields, keptMetadata, keptTemplateMetadata } from '../kept-fields.ts';

const write = "variables.write == 'UPDATE apps/deployments/'";
const time = '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$';

/** What `restart-workload` may write: one annotation of a Deployment's template, and as its value only a time. */
export function restartWorkloadGuardrail(): ActionGuardrail {
  const rule = (expression: string, message: string): Validation => ({
    expression: `variables.action != 'restart-workload' || (${expression})`,
    message: `restart-workload: ${message}`,
  });
  const annotation = `object.spec.template.?metadata.?annotations[?${celString(restartedAt)}].orValue('')`;
  const validations = [
    rule(write, 'only a Deployment'),
    rule(same('object.metadata', 'oldObject.metadata', keptMetadata), 'labels, owners and finalizers must not change'),
    rule(
      sameKeys('metadata', 'annotations', [metadataPrefix]),
      `annotations other than ${metadataPrefix} must not change`,
    ),
    rule(same('object.spec', 'oldObject.spec', keptDeploymentFields), 'only the template of the spec may change'),
    rule('object.spec.template.spec == oldObject.spec.template.spec', 'the pod spec must not change'),
    rule(
      same('object.spec.template.?metadata', 'oldObject.spec.template.?metadata', ['labels', ...keptTemplateMetadata]),
      "the template's labels, name, owners and finalizers must not change",
    ),
    rule(
      sameKeys('spec.template.?metadata', 'annotations', [restartedAt]),
      `the template's annotations must not change, except ${restartedAt}`,
    ),
    rule(`${annotation}.matches(${celString(time)})`, `${restartedAt} must be a time in UTC`),
  ];
  return { validations };
}
