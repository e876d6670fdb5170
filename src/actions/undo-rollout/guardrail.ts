import { metadataValidations } from '../guardrails/metadata-validations.ts';
import {
  celList,
  allOf,
  sameFields,
  sameEntriesExcept,
  type ActionGuardrail,
  type ActionLimits,
  type Validation,
} from '../guardrails/guardrail.ts';
import { keptDeploymentFields, keptTemplateMetadata } from '../guardrails/kept-fields.ts';
import { comparedMountFields, handlerPaths, keptContainerFields, keptPodFields } from './fields.ts';
import { openFields, openPodFields } from './open-fields.ts';

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
 * own annotations. Of the template, the action may change only what a release usually changes (open-fields.ts).
 */
export function undoRolloutGuardrail(limits: ActionLimits): ActionGuardrail {
  return { variables, validations: validations(limits), openFields: openFields(limits) };
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
      `only ${openPodFields.join(', ')} may change in the pod spec`,
    ),
    rule(
      allOf(['containers', 'initContainers'].map(sameContainers)),
      'container names, and container fields such as securityContext, must not change',
    ),
    rule(forEachContainer(`${repository('c')} == ${repository('o')}`), 'each container must keep its image repository'),
    rule(forEachContainer(readsNoNewSecret), 'no container may read a Secret that it does not read already'),
    rule(
      forEachContainer(hasNoNewMount),
      'no container may have a volume mount, file or device that it does not have already',
    ),
    rule(forEachContainer(opensNoNewHostPort), 'the pod must not open a new host port'),
    rule(forEachContainer(allOf(handlerPaths.map(sameHost))), 'probes and hooks must not call another host'),
  ];
}

/**
 * CEL: `list` has the same container names in the same order before and after the update. The kept fields of each
 * container are equal. The order matters, because init containers run in the order of their list. Container names are
 * unique in a pod.
 * @param list `containers` or `initContainers`.
 */
function sameContainers(list: string): string {
  const [after, before] = ['pod', 'oldPod'].map((pod) => `variables.${pod}.?${list}.orValue([])`);
  const kept = sameFields('c', 'o', keptContainerFields);
  return `${after}.map(c, c.name) == ${before}.map(c, c.name) && ${after}.all(c, ${before}.exists(o, o.name == c.name && ${kept}))`;
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
 * tag. The host can be an IPv6 address in brackets.
 */
function repository(container: string): string {
  return `${container}.image.find('^([[][0-9a-fA-F:]+[]])?([^:@]|:[0-9]+/)+')`;
}

/**
 * A condition for `forEachContainer`, about `env` and `envFrom`. If `c` reads one key of a Secret, `o` reads the same
 * key or the whole Secret. If `c` reads a whole Secret, `o` reads the same whole Secret.
 */
const readsNoNewSecret =
  "c.?env.orValue([]).all(e, e.?valueFrom.?secretKeyRef.?name.orValue('') == '' || " +
  'o.?env.orValue([]).exists(f, f.?valueFrom.?secretKeyRef.?name == e.?valueFrom.?secretKeyRef.?name && ' +
  'f.?valueFrom.?secretKeyRef.?key == e.?valueFrom.?secretKeyRef.?key) || ' +
  'o.?envFrom.orValue([]).exists(f, f.?secretRef.?name == e.?valueFrom.?secretKeyRef.?name)) && ' +
  "c.?envFrom.orValue([]).all(e, e.?secretRef.?name.orValue('') == '' || " +
  'o.?envFrom.orValue([]).exists(f, f.?secretRef.?name == e.?secretRef.?name))';

/**
 * CEL: `readOnly` and `recursiveReadOnly` of mount `m` (after the update) are equal to those of mount `n` (before the
 * update), or stricter.
 */
const notLessReadOnly =
  '(m.?readOnly.orValue(false) || !n.?readOnly.orValue(false)) && ' +
  '(m.?recursiveReadOnly == n.?recursiveReadOnly || ' +
  "m.?recursiveReadOnly.orValue('Disabled') == 'Enabled' || n.?recursiveReadOnly.orValue('Disabled') == 'Disabled')";

/**
 * A condition for `forEachContainer`:
 * - Each volume mount of `c` is a mount of `o`. It may be stricter about read-only.
 * - If `c` has a mount with `subPathExpr`, `env`, `envFrom` and `resources` are equal in `c` and `o`, and the labels and
 *   annotations of the template do not change. Environment variables determine the directory of such a mount, and can
 *   get their values from the other fields.
 * - Each `fileKeyRef` in `env` of `c` is in `env` of `o`. A `fileKeyRef` reads a variable from a file of a volume.
 * - `resources.claims` is equal in `c` and `o`, and so is each extended resource, such as `nvidia.com/gpu`. Both give a
 *   container its devices.
 */
const hasNoNewMount = allOf([
  `c.?volumeMounts.orValue([]).all(m, o.?volumeMounts.orValue([]).exists(n, ${allOf([
    sameFields('m', 'n', comparedMountFields),
    notLessReadOnly,
  ])}))`,
  "(!c.?volumeMounts.orValue([]).exists(m, m.?subPathExpr.orValue('') != '') || " +
    `(${sameFields('c', 'o', ['env', 'envFrom', 'resources'])} && ` +
    `${sameFields('object.spec.template.?metadata', 'oldObject.spec.template.?metadata', ['labels', 'annotations'])}))`,
  'c.?env.orValue([]).all(e, !e.?valueFrom.?fileKeyRef.hasValue() || ' +
    'o.?env.orValue([]).exists(f, f.?valueFrom.?fileKeyRef == e.?valueFrom.?fileKeyRef))',
  'c.?resources.?claims == o.?resources.?claims',
  ...['limits', 'requests'].map(sameDevices),
]);

/** A condition for `forEachContainer`: only CPU, memory and ephemeral storage differ between `c` and `o`. */
function sameDevices(field: string): string {
  const [after, before] = ['c', 'o'].map((container) => `${container}.?resources.?${field}.orValue({})`);
  const common = celList(['cpu', 'memory', 'ephemeral-storage']);
  return `${after}.all(k, k in ${common} || ${before}[?k] == ${after}[?k])`;
}

/**
 * A condition for `forEachContainer`: each host port of `c` is a host port of `o`, with the same host IP, protocol and
 * container port.
 */
const opensNoNewHostPort =
  'c.?ports.orValue([]).all(p, p.?hostPort.orValue(0) == 0 || o.?ports.orValue([]).exists(q, ' +
  'q.?hostPort == p.?hostPort && q.?hostIP == p.?hostIP && q.containerPort == p.containerPort && ' +
  "q.?protocol.orValue('TCP') == p.?protocol.orValue('TCP')))";

/** A condition for `forEachContainer`: the `host` fields of the handler are equal in `c` and `o`. */
function sameHost(handler: string): string {
  return allOf(['httpGet', 'tcpSocket'].map((call) => `c.?${handler}.?${call}.?host == o.?${handler}.?${call}.?host`));
}
