import { z } from 'zod';
import { kubernetesNameSchema, type KubeObject, type ObjectRef } from '../../domain/kubernetes/object.ts';
import { pointer, type PatchOperation } from '../../domain/plan/patch.ts';
import { restartedAt } from '../../domain/kubernetes/restarted-at.ts';
import type { Action, Use } from '../action.ts';
import { deploymentRef, mustFind, pausedRefusals } from '../deployment.ts';
import { sameObject } from '../same-object.ts';
import { hasStamp, stamped, stamping } from '../stamping.ts';

/** The last second of the year 9999: what RFC 3339 can say. */
const lastSecond = 253_402_300_799;

const parametersSchema = z.strictObject({
  deployment: kubernetesNameSchema,
  /**
   * The time that is written down, Unix seconds. Part of the plan, and not the clock's when it is executed, so that a
   * rehearsal makes the very template that the execution will make.
   */
  at: z.int().min(1).max(lastSecond),
});
type Parameters = z.infer<typeof parametersSchema>;

/** Makes every pod of a Deployment anew, of the template that it has, as `kubectl rollout restart` does. */
export const restartWorkload: Action<Parameters> = {
  name: 'restart-workload',
  summary: 'make every pod of a Deployment anew, of the template that it has',
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

  basis(use, objects) {
    const { selector, strategy, paused, template } = mustFind(objects, deployment(use))['spec'];
    return { selector, strategy, paused: paused ?? false, template };
  },

  refusals(use, around) {
    const live = mustFind(around, deployment(use));
    const again = timeOf(live) === time(use);
    return [
      ...(again ? [`Deployment ${live.metadata.name} says already that it was restarted at ${time(use)}`] : []),
      ...pausedRefusals(live),
    ];
  },

  change(use, objects, stamp) {
    const live = mustFind(objects, deployment(use));
    return {
      target: deployment(use),
      patch: [
        ...sameObject(live),
        { op: 'test', path: '/spec/template', value: live['spec'].template },
        restarting(live, time(use)),
        ...stamping(live, stamp),
      ],
    };
  },

  after(use, objects, stamp) {
    const live = structuredClone(mustFind(objects, deployment(use)));
    const { metadata } = live['spec'].template;
    metadata.annotations = { ...metadata.annotations, [restartedAt]: time(use) };
    live.metadata.annotations = { ...live.metadata.annotations, ...stamped(stamp) };
    return [live];
  },

  applied(use, objects, stamp) {
    const live = mustFind(objects, deployment(use));
    return hasStamp(live, stamp) && timeOf(live) === time(use);
  },

  undo: () => ({ none: 'pods that were made anew cannot be made the old ones again' }),
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

/** A template always has metadata: its labels are what the Deployment selects by. */
function restarting(live: KubeObject, value: string): PatchOperation {
  const path = pointer('spec', 'template', 'metadata', 'annotations');
  if (!live['spec'].template.metadata.annotations) return { op: 'add', path, value: { [restartedAt]: value } };
  return { op: 'add', path: path + pointer(restartedAt), value };
}
