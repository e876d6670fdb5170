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
 * CEL variables. `undo` is true if the request is an update of a Deployment by `undo-rollout`. `pod` and `containers`
 * have the values after the update; `oldPod` and `oldContainers` have the values before the update.
 */
const variables = {
  undo: `variables.action == 'undo-rollout' && ${isDeploymentUpdate}`,
  pod: 'object.spec.template.spec',
  oldPod: 'oldObject.spec.template.spec',
  containers: 'variables.pod.containers + variables.pod.?initContainers.orValue([])',
  oldContainers: 'variables.oldPod.containers + variables.oldPod.?initContainers.orValue([])',
};

/**
 * The admission rules for `undo-rollout`. The action may change only Airlock's own annotations of a Deployment and the
 * fields of the Deployment's template that a release usually changes.
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
    rule(forEachContainer(`${repository('c')} == ${repository('o')}`), 'images must stay in the same repository'),
    rule(readsNoNewSecret, 'the pod must not read a Secret that it does not read already'),
    rule(forEachContainer(opensNoNewHostPort), 'the pod must not open a new host port'),
    rule(forEachContainer(allOf(handlers.map(sameHost))), 'probes and hooks must not call another host'),
  ];
}

/**
 * CEL: `list` has as many containers after the update as before. For each container, a container with the same name and
 * equal kept fields existed before. Names are unique in a pod, so no container was added or removed.
 * @param list `containers` or `initContainers`.
 */
function sameContainers(list: string): string {
  const [after, before] = ['pod', 'oldPod'].map((pod) => `variables.${pod}.?${list}.orValue([])`);
  const kept = sameFields('c', 'o', keptContainerFields);
  return `size(${after}) == size(${before}) && ${after}.all(c, ${before}.exists(o, o.name == c.name && ${kept}))`;
}

/** CEL: `condition` is true for each container `c` after the update and the container `o` that had its name before. */
function forEachContainer(condition: string): string {
  return `variables.containers.all(c, variables.oldContainers.exists(o, o.name == c.name && ${condition}))`;
}

/** CEL: the image of a container without tag and digest. The colon in `host:5000/name` begins a port, not a tag. */
function repository(container: string): string {
  return `${container}.image.find('^([^:@]|:[0-9]+/)+')`;
}

/** CEL: `env` and `envFrom` of the containers read only keys of Secrets that some container read before the update. */
const readsNoNewSecret =
  'variables.containers.all(c, ' +
  "c.?env.orValue([]).all(e, e.?valueFrom.?secretKeyRef.?name.orValue('') == '' || variables.oldContainers.exists(o, " +
  'o.?env.orValue([]).exists(f, f.?valueFrom.?secretKeyRef.?name == e.?valueFrom.?secretKeyRef.?name && ' +
  'f.?valueFrom.?secretKeyRef.?key == e.?valueFrom.?secretKeyRef.?key) || ' +
  'o.?envFrom.orValue([]).exists(f, f.?secretRef.?name == e.?valueFrom.?secretKeyRef.?name))) && ' +
  "c.?envFrom.orValue([]).all(e, e.?secretRef.?name.orValue('') == '' || variables.oldContainers.exists(o, " +
  'o.?envFrom.orValue([]).exists(f, f.?secretRef.?name == e.?secretRef.?name))))';

/** CEL: each host port of container `c`, with its host IP, is also a port of container `o`. For `forEachContainer`. */
const opensNoNewHostPort =
  'c.?ports.orValue([]).all(p, p.?hostPort.orValue(0) == 0 || o.?ports.orValue([]).exists(q, ' +
  'q.?hostPort == p.?hostPort && q.?hostIP == p.?hostIP))';

function sameHost(handler: string): string {
  return allOf(['httpGet', 'tcpSocket'].map((call) => `c.?${handler}.?${call}.?host == o.?${handler}.?${call}.?host`));
}
