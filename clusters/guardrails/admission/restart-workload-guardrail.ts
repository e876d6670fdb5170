import { prefix } from '../../../src/domain/names.ts';
import { restartedAt } from '../../../src/domain/kubernetes/restarted-at.ts';
import { celString, type Validation } from './admission-policy.ts';
import { same, sameKeys } from './same-fields.ts';
import { keptDeploymentFields, keptMetadata, keptTemplateMetadata } from './undo-fields.ts';

const write = "variables.write == 'UPDATE apps/deployments/'";
const time = '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$';

/** What `restart-workload` may write: one annotation of a Deployment's template, and only a time. */
export function restartWorkloadValidations(): Validation[] {
  const rule = (expression: string, message: string): Validation => ({
    expression: `variables.action != 'restart-workload' || (${expression})`,
    message: `restart-workload: ${message}`,
  });
  const annotation = `object.spec.template.?metadata.?annotations[?${celString(restartedAt)}].orValue('')`;
  return [
    rule(write, 'only a Deployment'),
    rule(same('object.metadata', 'oldObject.metadata', keptMetadata), 'labels, owners and finalizers stay as they are'),
    rule(sameKeys('metadata', 'annotations', [prefix]), `annotations other than ${prefix} stay as they are`),
    rule(same('object.spec', 'oldObject.spec', keptDeploymentFields), 'only the template of the spec changes'),
    rule('object.spec.template.spec == oldObject.spec.template.spec', 'the pods stay as they are'),
    rule(
      same('object.spec.template.?metadata', 'oldObject.spec.template.?metadata', ['labels', ...keptTemplateMetadata]),
      "the template's labels, name, owners and finalizers stay as they are",
    ),
    rule(
      sameKeys('spec.template.?metadata', 'annotations', [restartedAt]),
      `the template's annotations stay as they are, but for ${restartedAt}`,
    ),
    rule(`${annotation}.matches(${celString(time)})`, `${restartedAt} is a time in UTC`),
  ];
}
