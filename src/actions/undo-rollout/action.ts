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
import { isCurrentReplicaSet, isNamedByController, templateOfReplicaSet } from '../../domain/kubernetes/replica-set.ts';
import type { Action, ActionInput } from '../action.ts';
import { deploymentRef, mustFind, pausedRefusals, templatePatch } from '../deployment.ts';
import { withOwnershipAnnotations, hasOwnershipAnnotation } from '../ownership-annotations.ts';

const parametersSchema = z.strictObject({
  deployment: kubernetesNameSchema,
  /** Name of the ReplicaSet with the current pod template. */
  fromReplicaSet: kubernetesNameSchema,
  /** Name of the ReplicaSet with the pod template to restore. */
  toReplicaSet: kubernetesNameSchema,
});
type Parameters = z.infer<typeof parametersSchema>;

/** Gives a Deployment the pod template of an earlier ReplicaSet, as `kubectl rollout undo --to-revision` does. */
export const undoRollout: Action<Parameters> = {
  name: 'undo-rollout',
  parameters: parametersSchema,
  lowestTier: 'medium',
  changedKind: 'Deployment',

  objectsToRead: (input) => [deployment(input), replicaSet(input)],

  rules: ({ parameters }) => [
    {
      apiGroups: ['apps'],
      resources: ['deployments'],
      resourceNames: [parameters.deployment],
      verbs: ['get', 'patch'],
    },
    { apiGroups: ['apps'], resources: ['replicasets'], resourceNames: [parameters.toReplicaSet], verbs: ['get'] },
  ],

  preconditionFields(input, objects) {
    const { selector, strategy, paused, template } = mustFind(objects, deployment(input))['spec'];
    const earlier = mustFind(objects, replicaSet(input));
    return {
      selector,
      strategy,
      paused: paused ?? false,
      template,
      to: [earlier.metadata.uid ?? '', templateOfReplicaSet(earlier)],
    };
  },

  refusals(input, observed) {
    const live = mustFind(observed, deployment(input));
    const earlier = mustFind(observed, replicaSet(input));
    const { fromReplicaSet, toReplicaSet } = input.parameters;
    const owned = isOwnedByAny(earlier, new Set([live.metadata.uid]));
    return [
      ...(owned ? [] : [`ReplicaSet ${toReplicaSet} does not belong to Deployment ${live.metadata.name}`]),
      ...(isNamedByController(earlier, live)
        ? []
        : [`the Deployment controller did not make ReplicaSet ${toReplicaSet}: its name, labels or selector differ`]),
      ...(hasTemplateOf(live, observed, fromReplicaSet)
        ? []
        : [`Deployment ${live.metadata.name} does not have the template of ReplicaSet ${fromReplicaSet}`]),
      ...pausedRefusals(live),
    ];
  },

  change(input, objects, reference) {
    const live = mustFind(objects, deployment(input));
    const value = templateOfReplicaSet(mustFind(objects, replicaSet(input)));
    const operation = { op: 'replace' as const, path: '/spec/template', value };
    return { object: deployment(input), patch: templatePatch(live, operation, reference) };
  },

  objectsAfter(input, objects, reference) {
    const changed = withOwnershipAnnotations(mustFind(objects, deployment(input)), reference);
    const earlier = mustFind(objects, replicaSet(input));
    changed['spec'].template = templateOfReplicaSet(earlier);
    // The ReplicaSet is not changed, but `isApplied` reads the ReplicaSet too.
    return [changed, earlier];
  },

  isApplied(input, objects, reference) {
    const live = mustFind(objects, deployment(input));
    return (
      hasOwnershipAnnotation(live, reference) &&
      sameJson(live['spec'].template, templateOfReplicaSet(mustFind(objects, replicaSet(input))))
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
 * Returns true if the Deployment has the pod template of the named ReplicaSet. The result must be true for
 * `fromReplicaSet`, because the undo of this action restores the template of `fromReplicaSet`.
 */
function hasTemplateOf(live: KubeObject, observed: readonly KubeObject[], replicaSetName: string): boolean {
  const ref = { ...refOf(live), kind: 'ReplicaSet', name: replicaSetName };
  const found = findObject(observed, ref);
  return found !== undefined && isCurrentReplicaSet(found, live);
}

function replicaSet({ namespace, parameters }: ActionInput<Parameters>): ObjectRef {
  return { apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace, name: parameters.toReplicaSet };
}
