import { prefix } from '../../../src/domain/names.ts';
import type { Validation } from './admission-policy.ts';
import { all, same, sameKeys } from './same-fields.ts';
import {
  handlers,
  keptContainerFields,
  keptDeploymentFields,
  keptMetadata,
  keptPodFields,
  keptTemplateMetadata,
} from './undo-fields.ts';
import type { OwnerValues } from '../values.ts';

const write = "variables.write == 'UPDATE apps/deployments/'";

/** CEL variables of the pod templates before and after; evaluated only where a validation uses them. */
export const undoRolloutVariables = {
  undo: `variables.action == 'undo-rollout' && ${write}`,
  pod: 'object.spec.template.spec',
  oldPod: 'oldObject.spec.template.spec',
  containers: 'variables.pod.containers + variables.pod.?initContainers.orValue([])',
  oldContainers: 'variables.oldPod.containers + variables.oldPod.?initContainers.orValue([])',
};

/** What `undo-rollout` may write: the template of a Deployment, in the fields that a release changes and no others. */
export function undoRolloutValidations(values: OwnerValues): Validation[] {
  const rule = (expression: string, message: string): Validation => ({
    expression: `!variables.undo || (${expression})`,
    message: `undo-rollout: ${message}`,
  });
  return [
    {
      expression: `variables.action != 'undo-rollout' || ${write}`,
      message: 'undo-rollout: only the template of a Deployment',
    },
    rule(same('object.metadata', 'oldObject.metadata', keptMetadata), 'labels, owners and finalizers stay as they are'),
    rule(sameKeys('metadata', 'annotations', [prefix]), `annotations other than ${prefix} stay as they are`),
    rule(same('object.spec', 'oldObject.spec', keptDeploymentFields), 'only the template of the spec changes'),
    rule(
      sameKeys('spec.template.?metadata', 'labels', values.undoTemplateLabels),
      "the template's labels stay as they are, but for those that the owner lists",
    ),
    rule(
      sameKeys('spec.template.?metadata', 'annotations', values.undoTemplateAnnotations),
      "the template's annotations stay as they are, but for those that the owner lists",
    ),
    rule(
      same('object.spec.template.?metadata', 'oldObject.spec.template.?metadata', keptTemplateMetadata),
      "the template's name, owners and finalizers stay as they are",
    ),
    rule(same('variables.pod', 'variables.oldPod', keptPodFields), 'a field of the pod that no release may change'),
    rule(all(['containers', 'initContainers'].map(sameContainers)), 'containers and their security stay as they are'),
    rule(pairs(`${repository('c')} == ${repository('o')}`), 'images only from the repository in use'),
    rule(readsNoNewSecret, 'no Secret that the pod does not read already'),
    rule(pairs(opensNoNewHostPort), 'no new port of the node'),
    rule(pairs(all(handlers.map(sameHost))), 'probes and hooks call no other host'),
  ];
}

/** CEL: the same containers by name (Kubernetes keeps names unique), each with its kept fields as they were. */
function sameContainers(list: string): string {
  const [now, before] = ['pod', 'oldPod'].map((pod) => `variables.${pod}.?${list}.orValue([])`);
  const kept = same('c', 'o', keptContainerFields);
  return `size(${now}) == size(${before}) && ${now}.all(c, ${before}.exists(o, o.name == c.name && ${kept}))`;
}

/** CEL: true for every container `c` and the container `o` that it replaces. */
function pairs(condition: string): string {
  return `variables.containers.all(c, variables.oldContainers.exists(o, o.name == c.name && ${condition}))`;
}

/** CEL: an image without tag and digest; a colon before a slash is a registry's port. */
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
