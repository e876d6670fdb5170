import { z } from 'zod';
import { autoscalerOf } from '../../domain/kubernetes/autoscaler.ts';
import { describeRef, kubernetesNameSchema, type KubeObject, type ObjectRef } from '../../domain/kubernetes/object.ts';
import type { Action, ActionInput } from '../action.ts';
import { deploymentRef, mustFind } from '../deployment.ts';
import { sameObject } from '../same-object.ts';

const replicas = z.int().min(1).max(10_000);
const parametersSchema = z.strictObject({
  deployment: kubernetesNameSchema,
  /** Number of replicas before the change. */
  from: replicas,
  /** Number of replicas after the change. */
  to: replicas,
});
type Parameters = z.infer<typeof parametersSchema>;

/**
 * Sets the number of replicas of a Deployment through the scale subresource. Refuses a Deployment that has a
 * HorizontalPodAutoscaler, because the autoscaler would change the number again.
 */
export const scaleWorkload: Action<Parameters> = {
  name: 'scale-workload',
  parameters: parametersSchema,
  lowestTier: 'low',
  changedKind: 'Deployment',

  objectsToRead: (input) => [deployment(input)],

  rules: ({ parameters }) => [
    { apiGroups: ['apps'], resources: ['deployments'], resourceNames: [parameters.deployment], verbs: ['get'] },
    { apiGroups: ['apps'], resources: ['deployments/scale'], resourceNames: [parameters.deployment], verbs: ['patch'] },
  ],

  preconditionFields: (input, objects) => ({ replicas: replicasOf(mustFind(objects, deployment(input))) }),

  refusals(input, observed) {
    const live = mustFind(observed, deployment(input));
    const scaler = autoscalerOf(observed, deployment(input));
    const current = replicasOf(live);
    return [
      ...(scaler
        ? [`${describeRef(deployment(input))} is scaled by HorizontalPodAutoscaler ${scaler.metadata.name}`]
        : []),
      ...(current === input.parameters.from
        ? []
        : [`${describeRef(deployment(input))} has ${current} replicas, not ${input.parameters.from}`]),
      ...(current === input.parameters.to ? [`${describeRef(deployment(input))} has ${current} replicas already`] : []),
    ];
  },

  change(input, objects) {
    const live = mustFind(objects, deployment(input));
    return {
      object: deployment(input),
      subresource: 'scale',
      patch: [
        ...sameObject(live),
        { op: 'test', path: '/spec/replicas', value: input.parameters.from },
        { op: 'replace', path: '/spec/replicas', value: input.parameters.to },
      ],
    };
  },

  objectsAfter(input, objects) {
    const changed = structuredClone(mustFind(objects, deployment(input)));
    changed['spec'].replicas = input.parameters.to;
    return [changed];
  },

  // Kubernetes drops the annotations of a Scale, so no annotation can prove the write. Instead, the precondition proves
  // that the number was `from` before the write. `isApplied` proves that the number is `to` now.
  isApplied: (input, objects) => replicasOf(mustFind(objects, deployment(input))) === input.parameters.to,

  undo: ({ parameters: { deployment: name, from, to } }) => ({
    action: 'scale-workload',
    parameters: { deployment: name, from: to, to: from },
  }),
};

function deployment({ namespace, parameters }: ActionInput<Parameters>): ObjectRef {
  return deploymentRef(namespace, parameters.deployment);
}

function replicasOf(live: KubeObject): number {
  return live['spec'].replicas ?? 1;
}
