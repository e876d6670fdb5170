/**
 * A Stage of KWOK (kwok.x-k8s.io/v1alpha1). KWOK waits for `delay`, then performs the steps on each pod or node that
 * matches every element of `matchExpressions`.
 */
export interface Stage {
  apiVersion: 'kwok.x-k8s.io/v1alpha1';
  kind: 'Stage';
  metadata: { name: string };
  spec: {
    resourceRef: { apiGroup: 'v1'; kind: 'Pod' | 'Node' };
    selector: { matchExpressions: Match[] };
    /** If `durationFrom` returns no duration, KWOK uses `durationMilliseconds`. */
    delay?: { durationMilliseconds: number; durationFrom?: { jq: { expression: string } } };
    steps: StageStep[];
  };
}

type StageStep =
  | { delete: true }
  | { event: { type: 'Normal' | 'Warning'; reason: string; message: string } }
  | { patch: { subresource: 'status'; root: 'status'; template: string } };

/** One element of `matchExpressions`. */
export interface Match {
  /** `key` is a jq expression. */
  jq: { key: string; operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'; values?: string[] };
}

/** Matches a pod or node if the jq expression returns one of the values. */
export function oneOf(expression: string, values: string[]): Match {
  return { jq: { key: expression, operator: 'In', values } };
}

/** Matches a pod or node if the jq expression returns nothing, or returns only other values. */
export function noneOf(expression: string, values: string[]): Match {
  return { jq: { key: expression, operator: 'NotIn', values } };
}

/** Matches a pod or node if the jq expression returns a value. */
export function present(expression: string): Match {
  return { jq: { key: expression, operator: 'Exists' } };
}

/** Matches a pod or node if the jq expression returns nothing. */
export function absent(expression: string): Match {
  return { jq: { key: expression, operator: 'DoesNotExist' } };
}

/** Returns a step that patches the status of the pod or node. `template` is a Go text/template of the patch. */
export function statusStep(template: string): StageStep {
  return { patch: { subresource: 'status', root: 'status', template } };
}

/** Returns a step that creates a Kubernetes Event about the pod or node. */
export function eventStep(type: 'Normal' | 'Warning', reason: string, message: string): StageStep {
  return { event: { type, reason, message } };
}

/** Returns a Stage. */
export function stage(
  name: string,
  kind: 'Pod' | 'Node',
  spec: Pick<Stage['spec'], 'delay' | 'steps'> & { matchExpressions: Match[] },
): Stage {
  const { matchExpressions, ...delayAndSteps } = spec;
  const selector = { matchExpressions };
  const resourceRef = { apiGroup: 'v1' as const, kind };
  return {
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'Stage',
    metadata: { name },
    spec: { resourceRef, selector, ...delayAndSteps },
  };
}
