import { metadataPrefix } from '../../domain/names.ts';
import { all, same, sameKeys, type ActionGuardrail, type ActionLimits, type Validation } from '../guardrail.ts';
import { keptDeploymentFields, keptMetadata, keptTemplateMetadata } from '../kept-fields.ts';
import { handlers, keptContainerFields, keptPodFields } from './fields.ts';

const write = "variables.write == 'UPDATE apps/deployments/'";

/** CEL variables: the pod specs after and before the write. */
const variables = {
  undo: `variables.action == 'undo-rollout' && ${write}`,
  pod: 'object.spec.template.spec',
  oldPod: 'oldObject.spec.template.spec',
  containers: 'variables.pod.containers + variables.pod.?initContainers.orValue([])',
  oldContainers: 'variables.oldPod.containers + variables.oldPod.?initContainers.orValue([])',
};

/** What `undo-rollout` may write: the template of a Deployment, and in it only the fields that a release changes. */
export function undoRolloutGuardrail(limits: ActionLimits): ActionGuardrail {
  return { variables, validations: validations(limits) };
}

function validations(limits: ActionLimits): Validation[] {
  const rule = (expression: string, message: string): Validation => ({
    expression: `!variables.undo || (${expression})`,
    message: `undo-rollout: ${message}`,
  });
  return [
    {
      expression: `variables.action != 'undo-rollout' || ${write}`,
      message: 'undo-rollout: only the template of a Deployment',
    },
    rule(same('object.metadata', 'oldObject.metadata', keptMetadata), 'labels, owners and finalizers must not change'),
    rule(
      sameKeys('metadata', 'annotations', [metadataPrefix]),
      `annotations other than ${metadataPrefix} must not change`,
    ),
    rule(same('object.spec', 'oldObject.spec', keptDeploymentFields), 'only the template of the spec may change'),
    rule(
      sameKeys('spec.template.?metadata', 'labels', limits.undoTemplateLabels),
      "the template's labels must not change, except those that the administrator lists",
    ),
    rule(
      sameKeys('spec.template.?metadata', 'annotations', limits.undoTemplateAnnotations),
      "the template's annotations must not change, except those that the administrator lists",
    ),
    rule(
      same('object.spec.template.?metadata', 'oldObject.spec.template.?metadata', keptTemplateMetadata),
      "the template's name, owners and finalizers must not change",
    ),
    rule(same('variables.pod', 'variables.oldPod', keptPodFields), 'a field of the pod that no release may change'),
    rule(all(['containers', 'initContainers'].map(sameContainers)), 'containers and their security must not change'),
    rule(pairs(`${repository('c')} == ${repository('o')}`), 'images only from the repository in use'),
    rule(readsNoNewSecret, 'no Secret that the pod does not read already'),
    rule(pairs(opensNoNewHostPort), 'no new host port'),
    rule(pairs(all(handlers.map(sameHost))), 'probes and hooks must not call another host'),
  ];
}

/** CEL: the same containers by name (Kubernetes keeps names unique), and their kept fields are equal. */
function sameContainers(list: string): string {
  const [now, before] = ['pod', 'oldPod'].map((pod) => `variables.${pod}.?${list}.orValue([])`);
  const kept = same('c', 'o', keptContainerFields);
  return `size(${now}) == size(${before}) && ${now}.all(c, ${before}.exists(o, o.name == c.name && ${kept}))`;
}

/** CEL: the condition holds for every container `c` and the container `o` that it replaces. */
function pairs(condition: string): string {
  return `variables.containers.all(c, variables.oldContainers.exists(o, o.name == c.name && ${condition}))`;
}

/** CEL: an image without tag and digest; a colon before a slash belongs to a registry's port. */
function repository(container: string): string {
  return `${container}.image.find('^([^:@]|:[0-9]+/)+')`;
}

const readsNoNewSecret =
  'variables.containers.all(c, ' +
  "c.?env.orValue([]).all(e, e.?valueFrom.?secretKeyRef.?name.orValue('') == '' || variables.oldContainers.exists(o, " +
  'o.?env.orValue([]).exists(f, f.?valueFrom.?secretKeyRef.?name == e.?valueFrom.?secretKeyRef.?name && ' +
  'f.?valueFrom.?secretKeyRef.?key == e.?valueFrom.?secretKeyRef.?key) || ' +
  'o.?envFrom.orValue([]).exists(f, f.?secretRef.?name == e.?valueFrom.?secretKeyRef.?name))) && ' +
  "c.?envFrom.orValue([]).all(e, e.?secretRef.?name.orValue('') == '' || variables.oldContainers.exists(o, " +
  'o.?envFrom.orValue([]).exists(f, f.?secretRef.?name == e.?secretRef.?name))))';

const opensNoNewHostPort =
  'c.?ports.orValue([]).all(p, p.?hostPort.orValue(0) == 0 || o.?ports.orValue([]).exists(q, ' +
  'q.?hostPort == p.?hostPort && q.?hostIP == p.?hostIP))';

function sameHost(handler: string): string {
  return all(['httpGet', 'tcpSocket'].map((call) => `c.?${handler}.?${call}.?host == o.?${handler}.?${call}.?host`));
}
