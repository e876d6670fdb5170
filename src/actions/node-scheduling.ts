import { z } from 'zod';
import { describeRef, kubernetesNameSchema, type KubeObject, type ObjectRef } from '../domain/kubernetes/object.ts';
import type { Action, Use } from './action.ts';
import { mustFind } from './deployment.ts';
import { sameObject } from './same-object.ts';
import { hasOwnershipAnnotation, ownershipAnnotations, annotationPatch } from './ownership-annotations.ts';

const parametersSchema = z.strictObject({ node: kubernetesNameSchema });
type NodeParameters = z.infer<typeof parametersSchema>;

interface SchedulingAction {
  name: 'cordon-node' | 'uncordon-node';
  /** The action that reverts it. */
  inverse: 'cordon-node' | 'uncordon-node';
  /** One sentence for the approver. */
  summary: string;
}

/**
 * An action that sets `spec.unschedulable`, as `kubectl cordon` does. The node lifecycle controller then adds or removes
 * the taint that keeps pods away: the rehearsal predicts the taint and verification checks it, but no step writes it and no
 * precondition contains it.
 */
export function createSchedulingAction(
  unschedulable: boolean,
  { name, inverse, summary }: SchedulingAction,
): Action<NodeParameters> {
  return {
    name,
    summary,
    parameters: parametersSchema,
    lowestTier: 'medium',
    changes: 'Node',
    reads: (use) => [nodeRef(use)],
    rules: ({ parameters }) => [
      { apiGroups: [''], resources: ['nodes'], resourceNames: [parameters.node], verbs: ['get', 'patch'] },
    ],
    precondition: (use, objects) => ({ unschedulable: isUnschedulable(mustFind(objects, nodeRef(use))) }),
    refusals(use, observed) {
      const already = isUnschedulable(mustFind(observed, nodeRef(use))) === unschedulable;
      return already ? [`${describeRef(nodeRef(use))} is ${unschedulable ? 'already cordoned' : 'not cordoned'}`] : [];
    },
    change(use, objects, reference) {
      const live = mustFind(objects, nodeRef(use));
      return {
        target: nodeRef(use),
        patch: [
          ...sameObject(live),
          // Kubernetes omits false, so before a cordon there is no value to test.
          ...(unschedulable ? [] : [{ op: 'test' as const, path: '/spec/unschedulable', value: true }]),
          { op: 'add', path: '/spec/unschedulable', value: unschedulable },
          ...annotationPatch(live, reference),
        ],
      };
    },
    after(use, objects, reference) {
      const live = structuredClone(mustFind(objects, nodeRef(use)));
      live['spec'] = { ...live['spec'], unschedulable };
      live.metadata.annotations = { ...live.metadata.annotations, ...ownershipAnnotations(reference) };
      return [live];
    },
    applied(use, objects, reference) {
      const live = mustFind(objects, nodeRef(use));
      return hasOwnershipAnnotation(live, reference) && isUnschedulable(live) === unschedulable;
    },
    undo: ({ parameters }) => ({ action: inverse, parameters }),
  };
}

function nodeRef({ parameters }: Use<NodeParameters>): ObjectRef {
  return { apiVersion: 'v1', kind: 'Node', name: parameters.node };
}

function isUnschedulable(node: KubeObject): boolean {
  return node['spec']?.unschedulable === true;
}
