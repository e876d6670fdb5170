import { z } from 'zod';
import { describeRef, kubernetesNameSchema, type KubeObject, type ObjectRef } from '../domain/kubernetes/object.ts';
import type { Action, ActionInput } from './action.ts';
import { mustFind } from './deployment.ts';
import { sameObject } from './same-object.ts';
import { withOwnershipAnnotations, ownershipAnnotationPatch, hasOwnershipAnnotation } from './ownership-annotations.ts';

const parametersSchema = z.strictObject({ node: kubernetesNameSchema });
type NodeParameters = z.infer<typeof parametersSchema>;

interface SchedulingActionOptions {
  name: 'cordon-node' | 'uncordon-node';
  /** The value of `spec.unschedulable` that the action sets. */
  unschedulable: boolean;
  /** The action that reverts this action. */
  revertedBy: 'cordon-node' | 'uncordon-node';
}

/**
 * Creates an action that sets `spec.unschedulable`, as `kubectl cordon` and `kubectl uncordon` do. The action does not
 * write the taint `node.kubernetes.io/unschedulable`. The node lifecycle controller adds or removes this taint.
 */
export function createSchedulingAction({
  name,
  unschedulable,
  revertedBy,
}: SchedulingActionOptions): Action<NodeParameters> {
  return {
    name,
    parameters: parametersSchema,
    lowestTier: 'medium',
    changedKind: 'Node',
    objectsToRead: (input) => [nodeRef(input)],
    rules: ({ parameters }) => [
      { apiGroups: [''], resources: ['nodes'], resourceNames: [parameters.node], verbs: ['get', 'patch'] },
    ],
    preconditionFields: (input, objects) => ({ unschedulable: isUnschedulable(mustFind(objects, nodeRef(input))) }),
    refusals(input, observed) {
      const isAlreadySet = isUnschedulable(mustFind(observed, nodeRef(input))) === unschedulable;
      return isAlreadySet
        ? [`${describeRef(nodeRef(input))} is ${unschedulable ? 'already cordoned' : 'not cordoned'}`]
        : [];
    },
    change(input, objects, reference) {
      const live = mustFind(objects, nodeRef(input));
      return {
        object: nodeRef(input),
        patch: [
          ...sameObject(live),
          // A cordon has no value to test: Kubernetes omits `spec.unschedulable` while the value is false.
          ...(unschedulable ? [] : [{ op: 'test' as const, path: '/spec/unschedulable', value: true }]),
          { op: 'add', path: '/spec/unschedulable', value: unschedulable },
          ...ownershipAnnotationPatch(live, reference),
        ],
      };
    },
    objectsAfter(input, objects, reference) {
      const live = withOwnershipAnnotations(mustFind(objects, nodeRef(input)), reference);
      live['spec'] = { ...live['spec'], unschedulable };
      return [live];
    },
    isApplied(input, objects, reference) {
      const live = mustFind(objects, nodeRef(input));
      return hasOwnershipAnnotation(live, reference) && isUnschedulable(live) === unschedulable;
    },
    undo: ({ parameters }) => ({ action: revertedBy, parameters }),
  };
}

function nodeRef({ parameters }: ActionInput<NodeParameters>): ObjectRef {
  return { apiVersion: 'v1', kind: 'Node', name: parameters.node };
}

function isUnschedulable(node: KubeObject): boolean {
  return node['spec']?.unschedulable === true;
}
