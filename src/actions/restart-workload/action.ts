import { z } from 'zod';
import { kubernetesNameSchema, type KubeObject, type ObjectRef } from '../../domain/kubernetes/object.ts';
import { jsonPointer } from '../../lib/json/json-pointer.ts';
import type { PatchOperation } from '../../domain/plan/patch.ts';
import { restartedAt } from '../../domain/kubernetes/restarted-at.ts';
import type { Action, ActionInput } from '../action.ts';
import { deploymentRef, mustFind, pausedRefusals, templatePatch } from '../deployment.ts';
import { withOwnershipAnnotations, hasOwnershipAnnotation } from '../ownership-annotations.ts';

/** The last second of the year 9999, in Unix time. RFC 3339 cannot express a later time. */
const lastSecond = 253_402_300_799;

const parametersSchema = z.strictObject({
  deployment: kubernetesNameSchema,
  /**
   * The time to write into the annotation `restartedAt`, in Unix seconds. The plan contains this time. So the rehearsal
   * and the execution write the same template.
   */
  at: z.int().min(1).max(lastSecond),
});
type Parameters = z.infer<typeof parametersSchema>;

/** Replaces every pod of a Deployment, as `kubectl rollout restart` does. The pod spec does not change. */
export const restartWorkload: Action<Parameters> = {
  name: 'restart-workload',
  parameters: parametersSchema,
  // Policy raises the tier to high, because the plan has no undo.
  lowestTier: 'medium',
  changedKind: 'Deployment',

  objectsToRead: (input) => [deployment(input)],

  rules: ({ parameters }) => [
    {
      apiGroups: ['apps'],
      resources: ['deployments'],
      resourceNames: [parameters.deployment],
      verbs: ['get', 'patch'],
    },
  ],

  preconditionFields(input, objects) {
    const { selector, strategy, paused, template } = mustFind(objects, deployment(input))['spec'];
    return { selector, strategy, paused: paused ?? false, template };
  },

  refusals(input, observed) {
    const live = mustFind(observed, deployment(input));
    const isRepeated = currentRestartTime(live) === newRestartTime(input);
    return [
      ...(isRepeated ? [`Deployment ${live.metadata.name} was already restarted at ${newRestartTime(input)}`] : []),
      ...pausedRefusals(live),
    ];
  },

  change(input, objects, reference) {
    const live = mustFind(objects, deployment(input));
    return {
      object: deployment(input),
      patch: templatePatch(live, setRestartedAt(live, newRestartTime(input)), reference),
    };
  },

  objectsAfter(input, objects, reference) {
    const live = withOwnershipAnnotations(mustFind(objects, deployment(input)), reference);
    const { metadata } = live['spec'].template;
    metadata.annotations = { ...metadata.annotations, [restartedAt]: newRestartTime(input) };
    return [live];
  },

  isApplied(input, objects, reference) {
    const live = mustFind(objects, deployment(input));
    return hasOwnershipAnnotation(live, reference) && currentRestartTime(live) === newRestartTime(input);
  },

  undo: () => ({ noUndo: 'deleted pods cannot be restored' }),
};

function deployment({ namespace, parameters }: ActionInput<Parameters>): ObjectRef {
  return deploymentRef(namespace, parameters.deployment);
}

/** Returns the new value of the annotation `restartedAt`: an RFC 3339 time in UTC. */
function newRestartTime({ parameters }: ActionInput<Parameters>): string {
  return new Date(parameters.at * 1000).toISOString().replace('.000Z', 'Z');
}

/** Returns the current value of the annotation `restartedAt`. */
function currentRestartTime(live: KubeObject): string | undefined {
  return live['spec'].template.metadata?.annotations?.[restartedAt];
}

/**
 * Returns the patch operation that sets the annotation `restartedAt`. A template always has `metadata`, because the
 * selector of the Deployment must match the template's labels.
 */
function setRestartedAt(live: KubeObject, newTime: string): PatchOperation {
  const path = jsonPointer('spec', 'template', 'metadata', 'annotations');
  if (!live['spec'].template.metadata.annotations) return { op: 'add', path, value: { [restartedAt]: newTime } };
  return { op: 'add', path: path + jsonPointer(restartedAt), value: newTime };
}
