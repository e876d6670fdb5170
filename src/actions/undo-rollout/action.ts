import { z } from 'zod';
import { sameJson } from '../../lib/json/json.ts';
import {
  findObject,
  kubernetesNameSchema,
  refOf,
  type KubeObject,
  type ObjectRef,
} from '../../domain/kubernetes/object.ts';
import { isOwnedByAny } from '../../domain/kubernetes/owner-chain.ts';
import type { Action, ActionInput } from '../action.ts';
import { deploymentRef, mustFind, pausedRefusals, templatePatch } from '../deployment.ts';
import { annotated, hasOwnershipAnnotation } from '../ownership-annotations.ts';

const parametersSchema = z.strictObject({
  deployment: kubernetesNameSchema,
  /** ReplicaSet with the current pod template. */
  fromReplicaSet: kubernetesNameSchema,
  /** ReplicaSet with the pod template to restore. */
  toReplicaSet: kubernetesNameSchema,
});
type Parameters = z.infer<typeof parametersSchema>;

const hashLabel = 'pod-template-hash';

/** Gives a Deployment the pod template of an earlier ReplicaSet, as `kubectl rollout undo --to-revision` does. */
export const undoRollout: Action<Parameters> = {
  name: 'undo-rollout',
  summary: 'give a Deployment the pod template of one of its earlier ReplicaSets',
  parameters: parametersSchema,
  lowestTier: 'medium',
  targetKind: 'Deployment',

  reads: (input) => [deployment(input), replicaSet(input)],

  rules: ({ parameters }) => [
    {
      apiGroups: ['apps'],
      resources: ['deployments'],
      resourceNames: [parameters.deployment],
      verbs: ['get', 'patch'],
    },
    { apiGroups: ['apps'], resources: ['replicasets'], resourceNames: [parameters.toReplicaSet], verbs: ['get'] },
  ],

  precondition(input, objects) {
    const { selector, strategy, paused, template } = mustFind(objects, deployment(input))['spec'];
    const target = mustFind(objects, replicaSet(input));
    return {
      selector,
      strategy,
      paused: paused ?? false,
      template,
      to: [target.metadata.uid ?? '', templateOf(target)],
    };
  },

  refusals(input, observed) {
    const live = mustFind(observed, deployment(input));
    const target = mustFind(observed, replicaSet(input));
    const owned = isOwnedByAny(target, new Set([live.metadata.uid]));
    return [
      ...(owned
        ? []
        : [`ReplicaSet ${input.parameters.toReplicaSet} does not belong to Deployment ${live.metadata.name}`]),
      ...(hasTemplateOf(live, observed, input.parameters.fromReplicaSet)
        ? []
        : [`Deployment ${live.metadata.name} does not run the pods of ReplicaSet ${input.parameters.fromReplicaSet}`]),
      ...pausedRefusals(live),
    ];
  },

  change(input, objects, reference) {
    const live = mustFind(objects, deployment(input));
    const value = templateOf(mustFind(objects, replicaSet(input)));
    const operation = { op: 'replace' as const, path: '/spec/template', value };
    return { target: deployment(input), patch: templatePatch(live, operation, reference) };
  },

  objectsAfter(input, objects, reference) {
    const live = annotated(mustFind(objects, deployment(input)), reference);
    const target = mustFind(objects, replicaSet(input));
    live['spec'].template = templateOf(target);
    return [live, target];
  },

  isApplied(input, objects, reference) {
    const live = mustFind(objects, deployment(input));
    return (
      hasOwnershipAnnotation(live, reference) &&
      sameJson(live['spec'].template, templateOf(mustFind(objects, replicaSet(input))))
    );
  },

  undo: ({ parameters: { deployment: name, fromReplicaSet, toReplicaSet } }) => ({
    action: 'undo-rollout',
    parameters: { deployment: name, fromReplicaSet: toReplicaSet, toReplicaSet: fromReplicaSet },
  }),
};

function deployment({ namespace, parameters }: ActionInput<Parameters>): ObjectRef {
  return deploymentRef(namespace, parameters.deployment);
}

/**
 * Returns true if the Deployment has the template of this ReplicaSet. This must be true for `fromReplicaSet`, because
 * the undo of this action restores the template of `fromReplicaSet`.
 */
function hasTemplateOf(live: KubeObject, observed: readonly KubeObject[], replicaSetName: string): boolean {
  const ref = { ...refOf(live), kind: 'ReplicaSet', name: replicaSetName };
  const found = findObject(observed, ref);
  return found !== undefined && sameJson(live['spec'].template, templateOf(found));
}

function replicaSet({ namespace, parameters }: ActionInput<Parameters>): ObjectRef {
  return { apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace, name: parameters.toReplicaSet };
}

/** Returns the pod template of a ReplicaSet without the label that the Deployment controller added. */
function templateOf(set: KubeObject): any {
  const template = structuredClone(set['spec'].template);
  delete template.metadata?.labels?.[hashLabel];
  return template;
}
