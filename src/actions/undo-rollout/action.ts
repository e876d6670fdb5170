import { z } from 'zod';
import { sameJson } from '../../lib/json.ts';
import {
  findObject,
  kubernetesNameSchema,
  refOf,
  type KubeObject,
  type ObjectRef,
} from '../../domain/kubernetes/object.ts';
import { isOwnedByAny } from '../../domain/kubernetes/owner-chain.ts';
import type { Action, Use } from '../action.ts';
import { deploymentRef, mustFind, pausedRefusals } from '../deployment.ts';
import { sameObject } from '../same-object.ts';
import { hasOwnershipAnnotation, ownershipAnnotations, annotationPatch } from '../ownership-annotations.ts';

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
  changes: 'Deployment',

  reads: (use) => [deployment(use), replicaSet(use)],

  rules: ({ parameters }) => [
    {
      apiGroups: ['apps'],
      resources: ['deployments'],
      resourceNames: [parameters.deployment],
      verbs: ['get', 'patch'],
    },
    { apiGroups: ['apps'], resources: ['replicasets'], resourceNames: [parameters.toReplicaSet], verbs: ['get'] },
  ],

  precondition(use, objects) {
    const { selector, strategy, paused, template } = mustFind(objects, deployment(use))['spec'];
    const target = mustFind(objects, replicaSet(use));
    return { selector, strategy, paused: paused ?? false, template, to: [target.metadata.uid ?? '', restored(target)] };
  },

  refusals(use, observed) {
    const live = mustFind(observed, deployment(use));
    const target = mustFind(observed, replicaSet(use));
    const owned = isOwnedByAny(target, new Set([live.metadata.uid]));
    return [
      ...(owned
        ? []
        : [`ReplicaSet ${use.parameters.toReplicaSet} does not belong to Deployment ${live.metadata.name}`]),
      ...(runs(live, observed, use.parameters.fromReplicaSet)
        ? []
        : [`Deployment ${live.metadata.name} does not run the pods of ReplicaSet ${use.parameters.fromReplicaSet}`]),
      ...pausedRefusals(live),
    ];
  },

  change(use, objects, reference) {
    const live = mustFind(objects, deployment(use));
    return {
      target: deployment(use),
      patch: [
        ...sameObject(live),
        { op: 'test', path: '/spec/template', value: live['spec'].template },
        { op: 'replace', path: '/spec/template', value: restored(mustFind(objects, replicaSet(use))) },
        ...annotationPatch(live, reference),
      ],
    };
  },

  after(use, objects, reference) {
    const live = structuredClone(mustFind(objects, deployment(use)));
    const target = mustFind(objects, replicaSet(use));
    live['spec'].template = restored(target);
    live.metadata.annotations = { ...live.metadata.annotations, ...ownershipAnnotations(reference) };
    return [live, target];
  },

  applied(use, objects, reference) {
    const live = mustFind(objects, deployment(use));
    return (
      hasOwnershipAnnotation(live, reference) &&
      sameJson(live['spec'].template, restored(mustFind(objects, replicaSet(use))))
    );
  },

  undo: ({ parameters: { deployment: name, fromReplicaSet, toReplicaSet } }) => ({
    action: 'undo-rollout',
    parameters: { deployment: name, fromReplicaSet: toReplicaSet, toReplicaSet: fromReplicaSet },
  }),
};

function deployment({ namespace, parameters }: Use<Parameters>): ObjectRef {
  return deploymentRef(namespace, parameters.deployment);
}

/** Otherwise the undo would restore a template that was never in use. */
function runs(live: KubeObject, observed: readonly KubeObject[], replicaSet: string): boolean {
  const ref = { ...refOf(live), kind: 'ReplicaSet', name: replicaSet };
  const set = findObject(observed, ref);
  return set !== undefined && sameJson(live['spec'].template, restored(set));
}

function replicaSet({ namespace, parameters }: Use<Parameters>): ObjectRef {
  return { apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace, name: parameters.toReplicaSet };
}

/** The template without the label that the Deployment controller adds to each ReplicaSet. */
function restored(set: KubeObject): any {
  const template = structuredClone(set['spec'].template);
  delete template.metadata?.labels?.[hashLabel];
  return template;
}
