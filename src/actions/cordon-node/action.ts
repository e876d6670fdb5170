import { z } from 'zod';
import { describeRef, kubernetesNameSchema, type KubeObject, type ObjectRef } from '../../domain/kubernetes/object.ts';
import type { Action, Use } from '../action.ts';
import { mustFind } from '../deployment.ts';
import { sameObject } from '../same-object.ts';
import { hasStamp, stamped, stamping } from '../stamping.ts';

const parametersSchema = z.strictObject({ node: kubernetesNameSchema });
type Parameters = z.infer<typeof parametersSchema>;

/** No new pod is put on a node; those that run there stay. */
export const cordonNode = setting(true, {
  name: 'cordon-node',
  back: 'uncordon-node',
  summary: 'put no new pods on a node; those that run there stay',
});

/** New pods may be put on a node again. */
export const uncordonNode = setting(false, {
  name: 'uncordon-node',
  back: 'cordon-node',
  summary: 'let new pods be put on a node again',
});

interface Words {
  name: 'cordon-node' | 'uncordon-node';
  back: 'cordon-node' | 'uncordon-node';
  summary: string;
}

/**
 * Sets `spec.unschedulable`, as `kubectl cordon` does. The taint that keeps pods away is added and taken away by the node
 * lifecycle controller afterwards, so it is foretold and verified, but neither written nor part of the basis.
 */
function setting(unschedulable: boolean, { name, back, summary }: Words): Action<Parameters> {
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
    basis: (use, objects) => ({ unschedulable: isUnschedulable(mustFind(objects, nodeRef(use))) }),
    refusals(use, around) {
      const already = isUnschedulable(mustFind(around, nodeRef(use))) === unschedulable;
      return already ? [`${describeRef(nodeRef(use))} is ${unschedulable ? 'cordoned already' : 'not cordoned'}`] : [];
    },
    change(use, objects, stamp) {
      const live = mustFind(objects, nodeRef(use));
      return {
        target: nodeRef(use),
        patch: [
          ...sameObject(live),
          // Kubernetes leaves false out, so there is nothing to test where a node is to be cordoned.
          ...(unschedulable ? [] : [{ op: 'test' as const, path: '/spec/unschedulable', value: true }]),
          { op: 'add', path: '/spec/unschedulable', value: unschedulable },
          ...stamping(live, stamp),
        ],
      };
    },
    after(use, objects, stamp) {
      const live = structuredClone(mustFind(objects, nodeRef(use)));
      live['spec'] = { ...live['spec'], unschedulable };
      live.metadata.annotations = { ...live.metadata.annotations, ...stamped(stamp) };
      return [live];
    },
    applied(use, objects, stamp) {
      const live = mustFind(objects, nodeRef(use));
      return hasStamp(live, stamp) && isUnschedulable(live) === unschedulable;
    },
    undo: ({ parameters }) => ({ action: back, parameters }),
  };
}

function nodeRef({ parameters }: Use<Parameters>): ObjectRef {
  return { apiVersion: 'v1', kind: 'Node', name: parameters.node };
}

function isUnschedulable(node: KubeObject): boolean {
  return node['spec']?.unschedulable === true;
}
