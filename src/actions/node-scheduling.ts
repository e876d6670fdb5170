import { z } from 'zod';
import { describeRef, kubernetesNameSchema, type KubeObject, type ObjectRef } from '../domain/kubernetes/object.ts';
import type { Action, ActionInput } from './action.ts';
import { mustFind } from './deployment.ts';
import { sameObject } from './same-object.ts';
import { annotated, annotationPatch, hasOwnershipAnnotation } from './ownership-annotations.ts';

const parametersSchema = z.strictObject({ node: kubernetesNameSchema });
type NodeParameters = z.infer<typeof parametersSchema>;

interface SchedulingAction {
  name: 'cordon-node' | 'uncordon-node';
  /** The action that reverts this action. */
  inverse: 'cordon-node' | 'uncordon-node';
  /** What the action does, in one sentence for the approver. */
  summary: string;
}

/**
 * Creates an action that sets `spec.unschedulable`, as `kubectl cordon` and `kubectl uncordon` do. The node lifecycle
 * controller then adds or removes the taint that keeps pods away. The rehearsal predicts the taint, and verification
 * checks the taint. No step writes the taint, and no precondition contains the taint.
 * @param unschedulable the value that the action sets.
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
    targetKind: 'Node',
    reads: (input) => [nodeRef(input)],
    rules: ({ parameters }) => [
      { apiGroups: [''], resources: ['nodes'], resourceNames: [parameters.node], verbs: ['get', 'patch'] },
    ],
    precondition: (input, objects) => ({ unschedulable: isUnschedulable(mustFind(objects, nodeRef(input))) }),
    refusals(input, observed) {
      const already = isUnschedulable(mustFind(observed, nodeRef(input))) === unschedulable;
      return already
        ? [`${describeRef(nodeRef(input))} is ${unschedulable ? 'already cordoned' : 'not cordoned'}`]
        : [];
    },
    change(input, objects, reference) {
      const live = mustFind(objects, nodeRef(input));
      return {
        target: nodeRef(input),
        patch: [
          ...sameObject(live),
          // Kubernetes omits the field if it is false, so before a cordon there is no value to test.
          ...(unschedulable ? [] : [{ op: 'test' as const, path: '/spec/unschedulable', value: true }]),
          { op: 'add', path: '/spec/unschedulable', value: unschedulable },
          ...annotationPatch(live, reference),
        ],
      };
    },
    objectsAfter(input, objects, reference) {
      const live = annotated(mustFind(objects, nodeRef(input)), reference);
      live['spec'] = { ...live['spec'], unschedulable };
      return [live];
    },
    isApplied(input, objects, reference) {
      const live = mustFind(objects, nodeRef(input));
      return hasOwnershipAnnotation(live, reference) && isUnschedulable(live) === unschedulable;
    },
    undo: ({ parameters }) => ({ action: inverse, parameters }),
  };
}

function nodeRef({ parameters }: ActionInput<NodeParameters>): ObjectRef {
  return { apiVersion: 'v1', kind: 'Node', name: parameters.node };
}

function isUnschedulable(node: KubeObject): boolean {
  return node['spec']?.unschedulable === true;
}
