import { z } from 'zod';
import { autoscalerOf } from '../../domain/kubernetes/autoscaler.ts';
import { describeRef, kubernetesNameSchema, type KubeObject, type ObjectRef } from '../../domain/kubernetes/object.ts';
import type { Action, Use } from '../action.ts';
import { deploymentRef, mustFind } from '../deployment.ts';
import { sameObject } from '../same-object.ts';

const replicas = z.int().min(1).max(10_000);
const parametersSchema = z.strictObject({
  deployment: kubernetesNameSchema,
  /** The current and the new number of replicas. */
  from: replicas,
  to: replicas,
});
type Parameters = z.infer<typeof parametersSchema>;

/** Sets the number of replicas of a Deployment through its scale subresource, unless an autoscaler manages it. */
export const scaleWorkload: Action<Parameters> = {
  name: 'scale-workload',
  summary: 'set the number of replicas of a Deployment that no autoscaler manages',
  parameters: parametersSchema,
  lowestTier: 'low',
  changes: 'Deployment',

  reads: (use) => [deployment(use)],

  rules: ({ parameters }) => [
    { apiGroups: ['apps'], resources: ['deployments'], resourceNames: [parameters.deployment], verbs: ['get'] },
    { apiGroups: ['apps'], resources: ['deployments/scale'], resourceNames: [parameters.deployment], verbs: ['patch'] },
  ],

  precondition: (use, objects) => ({ replicas: replicasOf(mustFind(objects, deployment(use))) }),

  refusals(use, observed) {
    const live = mustFind(observed, deployment(use));
    const scaler = autoscalerOf(observed, deployment(use));
    const now = replicasOf(live);
    return [
      ...(scaler
        ? [`${describeRef(deployment(use))} is scaled by HorizontalPodAutoscaler ${scaler.metadata.name}`]
        : []),
      ...(now === use.parameters.from
        ? []
        : [`${describeRef(deployment(use))} has ${now} replicas, not ${use.parameters.from}`]),
      ...(now === use.parameters.to ? [`${describeRef(deployment(use))} has ${now} replicas already`] : []),
    ];
  },

  change(use, objects) {
    const live = mustFind(objects, deployment(use));
    return {
      target: deployment(use),
      subresource: 'scale',
      patch: [
        ...sameObject(live),
        { op: 'test', path: '/spec/replicas', value: use.parameters.from },
        { op: 'replace', path: '/spec/replicas', value: use.parameters.to },
      ],
    };
  },

  after(use, objects) {
    const live = structuredClone(mustFind(objects, deployment(use)));
    live['spec'].replicas = use.parameters.to;
    return [live];
  },

  // Kubernetes drops annotations of a Scale, so the value together with its precondition is the proof.
  applied: (use, objects) => replicasOf(mustFind(objects, deployment(use))) === use.parameters.to,

  undo: ({ parameters: { deployment: name, from, to } }) => ({
    action: 'scale-workload',
    parameters: { deployment: name, from: to, to: from },
  }),
};

function deployment({ namespace, parameters }: Use<Parameters>): ObjectRef {
  return deploymentRef(namespace, parameters.deployment);
}

function replicasOf(live: KubeObject): number {
  return live['spec'].replicas ?? 1;
}
