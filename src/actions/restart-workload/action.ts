import { z } from 'zod';
import { kubernetesNameSchema, type KubeObject, type ObjectRef } from '../../domain/kubernetes/object.ts';
import { jsonPointer } from '../../lib/json/json-pointer.ts';
import type { PatchOperation } from '../../domain/plan/patch.ts';
import { restartedAt } from '../../domain/kubernetes/restarted-at.ts';
import type { Action, ActionInput } from '../action.ts';
import { deploymentRef, mustFind, pausedRefusals, templatePatch } from '../deployment.ts';
import { annotated, hasOwnershipAnnotation } from '../ownership-annotations.ts';

/** The last second of the year 9999, in Unix time. RFC 3339 cannot express a later time. */
const lastSecond = 253_402_300_799;

const parametersSchema = z.strictObject({
  deployment: kubernetesNameSchema,
  /**
   * The time for the restart annotation, in Unix seconds. The time is part of the plan, so the rehearsal and the
   * execution create the same template.
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
  targetKind: 'Deployment',

  reads: (input) => [deployment(input)],

  rules: ({ parameters }) => [
    {
      apiGroups: ['apps'],
      resources: ['deployments'],
      resourceNames: [parameters.deployment],
      verbs: ['get', 'patch'],
    },
  ],

  precondition(input, objects) {
    const { selector, strategy, paused, template } = mustFind(objects, deployment(input))['spec'];
    return { selector, strategy, paused: paused ?? false, template };
  },

  refusals(input, observed) {
    const live = mustFind(observed, deployment(input));
    const isRepeated = lastRestartTime(live) === restartTime(input);
    return [
      ...(isRepeated ? [`Deployment ${live.metadata.name} was already restarted at ${restartTime(input)}`] : []),
      ...pausedRefusals(live),
    ];
  },

  change(input, objects, reference) {
    const live = mustFind(objects, deployment(input));
    return {
      target: deployment(input),
      patch: templatePatch(live, setRestartedAt(live, restartTime(input)), reference),
    };
  },

  objectsAfter(input, objects, reference) {
    const live = annotated(mustFind(objects, deployment(input)), reference);
    const { metadata } = live['spec'].template;
    metadata.annotations = { ...metadata.annotations, [restartedAt]: restartTime(input) };
    return [live];
  },

  isApplied(input, objects, reference) {
    const live = mustFind(objects, deployment(input));
    return hasOwnershipAnnotation(live, reference) && lastRestartTime(live) === restartTime(input);
  },

  undo: () => ({ none: 'deleted pods cannot be restored' }),
};

function deployment({ namespace, parameters }: ActionInput<Parameters>): ObjectRef {
  return deploymentRef(namespace, parameters.deployment);
}

/** The time for the annotation in RFC 3339, as kubectl writes it. */
function restartTime({ parameters }: ActionInput<Parameters>): string {
  return new Date(parameters.at * 1000).toISOString().replace('.000Z', 'Z');
}

/** The time of the last restart, from the annotation. */
function lastRestartTime(live: KubeObject): string | undefined {
  return live['spec'].template.metadata?.annotations?.[restartedAt];
}

/**
 * The patch operation that sets the restart annotation. A template always has `metadata`, because the selector of the
 * Deployment must match the template's labels.
 */
function setRestartedAt(live: KubeObject, newTime: string): PatchOperation {
  const path = jsonPointer('spec', 'template', 'metadata', 'annotations');
  if (!live['spec'].template.metadata.annotations) return { op: 'add', path, value: { [restartedAt]: newTime } };
  return { op: 'add', path: path + jsonPointer(restartedAt), value: newTime };
}
