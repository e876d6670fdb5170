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
import { handlerPaths, keptContainerFields, keptPodFields, restoredPodFields } from './fields.ts';

/** CEL: true for an update of a Deployment itself, false for an update of the scale or status. */
const isDeploymentUpdate = "variables.write == 'UPDATE apps/deployments/'";

/**
 * CEL variables. `isUndoRollout` is true if the request is an update of a Deployment by `undo-rollout`. `pod` is the
 * pod spec after the update. `containers` has all containers and init containers of `pod`. `oldPod` and
 * `oldContainers` have the values before the update.
 */
const variables = {
  isUndoRollout: `variables.action == 'undo-rollout' && ${isDeploymentUpdate}`,
  pod: 'object.spec.template.spec',
  oldPod: 'oldObject.spec.template.spec',
  containers: 'variables.pod.containers + variables.pod.?initContainers.orValue([])',
  oldContainers: 'variables.oldPod.containers + variables.oldPod.?initContainers.orValue([])',
};

/**
 * The admission rules for `undo-rollout`. Of a Deployment, the action may change only the pod template and Airlock's
 * own annotations. Of the template, the action may change only what a release usually changes (fields.ts).
 */
export function undoRolloutGuardrail(limits: ActionLimits): ActionGuardrail {
  return { variables, validations: validations(limits) };
}

function validations(limits: ActionLimits): Validation[] {
  const rule = (expression: string, message: string): Validation => ({
    expression: `!variables.isUndoRollout || (${expression})`,
    message: `undo-rollout: ${message}`,
  });
  return [
    {
      expression: `variables.action != 'undo-rollout' || ${isDeploymentUpdate}`,
      message: 'undo-rollout: may update only Deployments, not their scale or status',
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
      "of the template's metadata, only labels and annotations may change",
    ),
    rule(
      sameFields('variables.pod', 'variables.oldPod', keptPodFields),
      `only ${restoredPodFields.join(', ')} may change in the pod spec`,
    ),
    rule(
      allOf(['containers', 'initContainers'].map(sameContainers)),
      'container names, and container fields such as securityContext, must not change',
    ),
    rule(forEachContainer(`${repository('c')} == ${repository('o')}`), 'each container must keep its image repository'),
    rule(readsNoNewSecret, 'the pod must not read additional Secrets or additional keys of Secrets'),
    rule(forEachContainer(opensNoNewHostPort), 'the pod must not open a new host port'),
    rule(forEachContainer(allOf(handlerPaths.map(sameHost))), 'probes and hooks must not call another host'),
  ];
}

/**
 * CEL: `list` has as many containers after the update as before. Each container after the update has the name and the
 * kept fields of a container before the update. Names are unique in a pod, so no container was added or removed.
 * @param list `containers` or `initContainers`.
 */
function sameContainers(list: string): string {
  const [after, before] = ['pod', 'oldPod'].map((pod) => `variables.${pod}.?${list}.orValue([])`);
  const kept = sameFields('c', 'o', keptContainerFields);
  return `size(${after}) == size(${before}) && ${after}.all(c, ${before}.exists(o, o.name == c.name && ${kept}))`;
}

/**
 * CEL: for each container `c` after the update, a container `o` with the same name existed before the update, and
 * `condition` is true.
 */
function forEachContainer(condition: string): string {
  return `variables.containers.all(c, variables.oldContainers.exists(o, o.name == c.name && ${condition}))`;
}

/**
 * CEL: the image repository of a container, without tag and digest. The colon in `host:5000/name` begins a port, not a
 * tag.
 */
function repository(container: string): string {
  return `${container}.image.find('^([^:@]|:[0-9]+/)+')`;
}

/** CEL: each Secret key that a container reads through `env` or `envFrom` was read by a container before the update. */
const readsNoNewSecret =
  'variables.containers.all(c, ' +
  "c.?env.orValue([]).all(e, e.?valueFrom.?secretKeyRef.?name.orValue('') == '' || variables.oldContainers.exists(o, " +
  'o.?env.orValue([]).exists(f, f.?valueFrom.?secretKeyRef.?name == e.?valueFrom.?secretKeyRef.?name && ' +
  'f.?valueFrom.?secretKeyRef.?key == e.?valueFrom.?secretKeyRef.?key) || ' +
  'o.?envFrom.orValue([]).exists(f, f.?secretRef.?name == e.?valueFrom.?secretKeyRef.?name))) && ' +
  "c.?envFrom.orValue([]).all(e, e.?secretRef.?name.orValue('') == '' || variables.oldContainers.exists(o, " +
  'o.?envFrom.orValue([]).exists(f, f.?secretRef.?name == e.?secretRef.?name))))';

/** A condition for `forEachContainer`: each host port of `c` is a host port of `o`, with the same host IP. */
const opensNoNewHostPort =
  'c.?ports.orValue([]).all(p, p.?hostPort.orValue(0) == 0 || o.?ports.orValue([]).exists(q, ' +
  'q.?hostPort == p.?hostPort && q.?hostIP == p.?hostIP))';

/** A condition for `forEachContainer`: the `host` fields of the handler are equal in `c` and `o`. */
function sameHost(handler: string): string {
  return allOf(['httpGet', 'tcpSocket'].map((call) => `c.?${handler}.?${call}.?host == o.?${handler}.?${call}.?host`));
}
