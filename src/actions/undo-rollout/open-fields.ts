import type { ActionLimits, OpenField } from '../guardrails/guardrail.ts';
import { openMetadata } from '../guardrails/open-metadata.ts';

/**
 * Why a field that acts only inside the container is harmless. The action may restore any tag and any command of an old
 * release. The restored program can have the same effect in its container.
 */
const insideContainer = 'acts only inside the container, where the restored image and command can do the same';

/** `limit` and `harmless` of a field that the action may write. The records below have the names of the fields. */
type Openness = Omit<OpenField, 'field'>;

/** The fields of the pod spec that the action may write, except `containers` and `initContainers`. */
const podFields: Record<string, Openness> = {
  terminationGracePeriodSeconds: {
    harmless: 'delays only the end of pods of this workload, and a person can delete these pods at once',
  },
};

/**
 * The fields that the action may write in each container of `containers` and `initContainers`. `the same` and `already`
 * compare a container with the container that had its name before the write.
 */
const containerFields: Record<string, Openness> = {
  name: { limit: 'the same names in the same order', harmless: 'no container is added, removed or moved' },
  image: {
    limit: 'the same repository; tag and digest are free',
    harmless: 'who can push to this repository could already release to this workload',
  },
  command: { harmless: 'is what a release is: the approval shows the whole command' },
  args: { harmless: 'is what a release is: the approval shows all arguments' },
  workingDir: { harmless: insideContainer },
  env: {
    limit:
      'a Secret, or a file of a volume, only if the same container reads it already; no change at all if a mount has `subPathExpr`',
    harmless: 'literals, ConfigMaps and fields of the pod itself are not confidential in Kubernetes',
  },
  envFrom: {
    limit: 'a Secret only if the same container reads the whole Secret already; no change if a mount has `subPathExpr`',
    harmless: 'ConfigMaps are not confidential in Kubernetes',
  },
  ports: {
    limit: 'no new host port',
    harmless: 'a renamed port changes only which port of this workload a Service or NetworkPolicy means',
  },
  resources: {
    limit: 'the same `claims` and extended resources, so no new device; no change at all if a mount has `subPathExpr`',
    harmless: 'the quota, limit ranges and scheduler of the cluster limit CPU, memory and ephemeral storage',
  },
  volumeMounts: {
    limit:
      'only mounts that the same container has: the same volume, path, `subPath`, `subPathExpr` and propagation, not less read-only',
    harmless: 'a mount can only disappear or become read-only',
  },
  lifecycle: {
    limit: 'hooks call no other host',
    harmless: 'commands act only inside the container, requests go to the pod itself',
  },
  livenessProbe: {
    limit: 'calls no other host',
    harmless: 'the kubelet calls only the pod itself, and restarts only this container',
  },
  readinessProbe: { limit: 'calls no other host', harmless: 'the kubelet calls only the pod itself' },
  startupProbe: { limit: 'calls no other host', harmless: 'the kubelet calls only the pod itself' },
  imagePullPolicy: { harmless: 'the image is from the same repository in each case' },
};

/** Names of the fields of the pod spec that `undo-rollout` may write. */
export const openPodFields = ['containers', 'initContainers', ...Object.keys(podFields)];

/** Names of the fields of a container that `undo-rollout` may write. */
export const openContainerFields = Object.keys(containerFields);

/** All fields that `undo-rollout` may write. */
export function openFields({ undoTemplateLabels, undoTemplateAnnotations }: ActionLimits): OpenField[] {
  const pod = 'spec.template.spec';
  return [
    ...openMetadata,
    {
      field: 'spec.template.metadata.labels',
      limit: `only those that the administrator lists: ${undoTemplateLabels.join(', ')}`,
      harmless: 'the administrator lists only labels that no controller and no network policy selects',
    },
    {
      field: 'spec.template.metadata.annotations',
      limit: `only those that the administrator lists: ${undoTemplateAnnotations.join(', ')}`,
      harmless: 'the administrator lists only annotations that no controller acts on',
    },
    ...at(pod, podFields),
    ...at(`${pod}.{containers,initContainers}[]`, containerFields),
  ];
}

/** Returns the open fields of the object at `path`. */
function at(path: string, fields: Record<string, Openness>): OpenField[] {
  return Object.entries(fields).map(([field, openness]) => ({ field: `${path}.${field}`, ...openness }));
}
