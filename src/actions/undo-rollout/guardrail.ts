import { metadataValidations } from '../metadata-validations.ts';
import {
  allOf,
  sameFields,
  sameEntriesExcept,
  type ActionGuardrail,
  type ActionLimits,
  type Validation,
} from '../guardrail.ts';
import { keptDeploymentFields, keptTemplateMetadata } from '../kept-fields.ts';
import { handlers, keptContainerFields, keptPodFields } from './fields.ts';

/** CEL: the request updates a Deployment itself, not its scale or status. */
const isDeploymentUpdate = "variables.write == 'UPDATE apps/deployments/'";

/**
 * CEL variables. `undo`: this is a write of `undo-rollout`. The others: pod spec and containers after the write, and
 * (`old...`) before the write.
 */
const variables = {
  undo: `variables.action == 'undo-rollout' && ${isDeploymentUpdate}`,
  pod: 'object.spec.template.spec',
  oldPod: 'oldObject.spec.template.spec',
  containers: 'variables.pod.containers + variables.pod.?initContainers.orValue([])',
  oldContainers: 'variables.oldPod.containers + variables.oldPod.?initContainers.orValue([])',
};

/**
 * The admission rules for `undo-rollout`: it may write only the template of a Deployment, and only the fields that a
 * release usually changes.
 */
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
      expression: `variables.action != 'undo-rollout' || ${isDeploymentUpdate}`,
      message: 'undo-rollout: may change only the template of Deployments',
    },
    ...metadataValidations(rule),
    rule(sameFields('object.spec', 'oldObject.spec', keptDeploymentFields), 'only the template of the spec may change'),
    rule(
      sameEntriesExcept('spec.template.?metadata', 'labels', limits.undoTemplateLabels),
      "the template's labels must not change, except those that the administrator lists",
    ),
    rule(
      sameEntriesExcept('spec.template.?metadata', 'annotations', limits.undoTemplateAnnotations),
      "the template's annotations must not change, except those that the administrator lists",
    ),
    rule(
      sameFields('object.spec.template.?metadata', 'oldObject.spec.template.?metadata', keptTemplateMetadata),
      "the template's name, owners and finalizers must not change",
    ),
    rule(
      sameFields('variables.pod', 'variables.oldPod', keptPodFields),
      'a field of the pod spec that no rollback may change has changed',
    ),
    rule(
      allOf(['containers', 'initContainers'].map(sameContainers)),
      'the set of containers and their security must not change',
    ),
    rule(pairs(`${repository('c')} == ${repository('o')}`), 'images must stay in the same repository'),
    rule(readsNoNewSecret, 'the pod must not read a Secret that it does not read already'),
    rule(pairs(opensNoNewHostPort), 'the pod must not open a new host port'),
    rule(pairs(allOf(handlers.map(sameHost))), 'probes and hooks must not call another host'),
  ];
}

/**
 * CEL: the containers have the same names before and after the write, and the kept fields of each are equal. Names are
 * unique in a pod.
 */
function sameContainers(list: string): string {
  const [now, before] = ['pod', 'oldPod'].map((pod) => `variables.${pod}.?${list}.orValue([])`);
  const kept = sameFields('c', 'o', keptContainerFields);
  return `size(${now}) == size(${before}) && ${now}.all(c, ${before}.exists(o, o.name == c.name && ${kept}))`;
}

/** CEL: the condition is true for every container `c` and the old container `o` with the same name. */
function pairs(condition: string): string {
  return `variables.containers.all(c, variables.oldContainers.exists(o, o.name == c.name && ${condition}))`;
}

/** CEL: the image of a container without tag and digest. In `host:5000/name`, the colon begins a port, not a tag. */
function repository(container: string): string {
  return `${container}.image.find('^([^:@]|:[0-9]+/)+')`;
}

/**
 * CEL: every Secret that a container reads in `env` or `envFrom` was already read by some container before the write.
 */
const readsNoNewSecret =
  'variables.containers.all(c, ' +
  "c.?env.orValue([]).all(e, e.?valueFrom.?secretKeyRef.?name.orValue('') == '' || variables.oldContainers.exists(o, " +
  'o.?env.orValue([]).exists(f, f.?valueFrom.?secretKeyRef.?name == e.?valueFrom.?secretKeyRef.?name && ' +
  'f.?valueFrom.?secretKeyRef.?key == e.?valueFrom.?secretKeyRef.?key) || ' +
  'o.?envFrom.orValue([]).exists(f, f.?secretRef.?name == e.?valueFrom.?secretKeyRef.?name))) && ' +
  "c.?envFrom.orValue([]).all(e, e.?secretRef.?name.orValue('') == '' || variables.oldContainers.exists(o, " +
  'o.?envFrom.orValue([]).exists(f, f.?secretRef.?name == e.?secretRef.?name))))';

/** CEL: container `c` has only host ports that the old container `o` has too. For use in `pairs`. */
const opensNoNewHostPort =
  'c.?ports.orValue([]).all(p, p.?hostPort.orValue(0) == 0 || o.?ports.orValue([]).exists(q, ' +
  'q.?hostPort == p.?hostPort && q.?hostIP == p.?hostIP))';

function sameHost(handler: string): string {
  return allOf(['httpGet', 'tcpSocket'].map((call) => `c.?${handler}.?${call}.?host == o.?${handler}.?${call}.?host`));
}
