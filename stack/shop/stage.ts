/** A Stage of KWOK (kwok.x-k8s.io/v1alpha1): it changes the objects that it matches, after a delay. */
export interface Stage {
  apiVersion: 'kwok.x-k8s.io/v1alpha1';
  kind: 'Stage';
  metadata: { name: string };
  spec: {
    resourceRef: { apiGroup: 'v1'; kind: 'Pod' | 'Node' };
    selector: { matchExpressions: Match[] };
    delay?: { durationMilliseconds: number; durationFrom?: { jq: { expression: string } } };
    steps: Step[];
  };
}

type Step =
  | { delete: true }
  | { event: { type: 'Normal' | 'Warning'; reason: string; message: string } }
  | { patch: { subresource: 'status'; root: 'status'; template: string } };

interface Match {
  jq: { key: string; operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'; values?: string[] };
}

/**
 * Matches objects for which the jq expression returns one of the values. With `not`, matches the objects for which the
 * expression returns none of the values.
 */
export function among(expression: string, values: string[], not = false): Match {
  return { jq: { key: expression, operator: not ? 'NotIn' : 'In', values } };
}

/** Matches objects for which the jq expression returns a value. */
export function present(expression: string): Match {
  return { jq: { key: expression, operator: 'Exists' } };
}

/** Matches objects for which the jq expression returns nothing. */
export function absent(expression: string): Match {
  return { jq: { key: expression, operator: 'DoesNotExist' } };
}

/** Returns a step that writes the status of the object from a Go text/template. */
export function status(template: string): Step {
  return { patch: { subresource: 'status', root: 'status', template } };
}

/** Returns a step that creates an event about the object. */
export function event(type: 'Normal' | 'Warning', reason: string, message: string): Step {
  return { event: { type, reason, message } };
}

/** Returns a Stage for the pods or nodes that match all conditions of `when`. */
export function stage(
  name: string,
  kind: 'Pod' | 'Node',
  spec: Omit<Stage['spec'], 'resourceRef' | 'selector'> & { when: Match[] },
): Stage {
  const { when, ...rest } = spec;
  const selector = { matchExpressions: when };
  const resourceRef = { apiGroup: 'v1' as const, kind };
  return {
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'Stage',
    metadata: { name },
    spec: { resourceRef, selector, ...rest },
  };
}
