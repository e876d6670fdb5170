import { z } from 'zod';
import { kubernetesNameSchema, type KubeObject, type ObjectRef } from '../../domain/kubernetes/object.ts';
import { jsonPointer } from '../../lib/json-pointer.ts';
import type { PatchOperation } from '../../domain/plan/patch.ts';
import { restartedAt } from '../../domain/kubernetes/restarted-at.ts';
import type { Action, Use } from '../action.ts';
import { deploymentRef, mustFind, pausedRefusals } from '../deployment.ts';
import { sameObject } from '../same-object.ts';
import { hasOwnershipAnnotation, ownershipAnnotations, annotationPatch } from '../ownership-annotations.ts';

/** The last second of the year 9999, the last one that RFC 3339 can express. */
const lastSecond = 253_402_300_799;

const parametersSchema = z.strictObject({
  deployment: kubernetesNameSchema,
  /**
   * The time in the annotation, Unix seconds. It is part of the plan and not the time of the execution, so that the rehearsal
   * creates the same template as the execution.
   */
  at: z.int().min(1).max(lastSecond),
});
type Parameters = z.infer<typeof parametersSchema>;

/** Recreates every pod of a Deployment from its current template, as `kubectl rollout restart` does. */
export const restartWorkload: Action<Parameters> = {
  name: 'restart-workload',
  summary: 'recreate every pod of a Deployment from its current template',
  parameters: parametersSchema,
  lowestTier: 'medium',
  changes: 'Deployment',

  reads: (use) => [deployment(use)],

  rules: ({ parameters }) => [
    {
      apiGroups: ['apps'],
      resources: ['deployments'],
      resourceNames: [parameters.deployment],
      verbs: ['get', 'patch'],
    },
  ],

  precondition(use, objects) {
    const { selector, strategy, paused, template } = mustFind(objects, deployment(use))['spec'];
    return { selector, strategy, paused: paused ?? false, template };
  },

  refusals(use, observed) {
    const live = mustFind(observed, deployment(use));
    const isRepeated = timeOf(live) === time(use);
    return [
      ...(isRepeated ? [`Deployment ${live.metadata.name} was already restarted at ${time(use)}`] : []),
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
        restarting(live, time(use)),
        ...annotationPatch(live, reference),
      ],
    };
  },

  after(use, objects, reference) {
    const live = structuredClone(mustFind(objects, deployment(use)));
    const { metadata } = live['spec'].template;
    metadata.annotations = { ...metadata.annotations, [restartedAt]: time(use) };
    live.metadata.annotations = { ...live.metadata.annotations, ...ownershipAnnotations(reference) };
    return [live];
  },

  applied(use, objects, reference) {
    const live = mustFind(objects, deployment(use));
    return hasOwnershipAnnotation(live, reference) && timeOf(live) === time(use);
  },

  undo: () => ({ none: 'deleted pods cannot be restored' }),
};

function deployment({ namespace, parameters }: Use<Parameters>): ObjectRef {
  return deploymentRef(namespace, parameters.deployment);
}

/** RFC 3339, as kubectl writes it. */
function time({ parameters }: Use<Parameters>): string {
  return new Date(parameters.at * 1000).toISOString().replace('.000Z', 'Z');
}

function timeOf(live: KubeObject): string | undefined {
  return live['spec'].template.metadata?.annotations?.[restartedAt];
}

/** A template always has metadata, because the Deployment selects pods by its labels. */
function restarting(live: KubeObject, value: string): PatchOperation {
  const path = jsonPointer('spec', 'template', 'metadata', 'annotations');
  if (!live['spec'].template.metadata.annotations) return { op: 'add', path, value: { [restartedAt]: value } };
  return { op: 'add', path: path + jsonPointer(restartedAt), value };
}
