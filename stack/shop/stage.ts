/** One Stage of KWOK (kwok.x-k8s.io/v1alpha1): objects that match are changed after a delay. */
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

/** Matches objects where the jq expression gives one of the values; with `not`, none of them. */
export function among(key: string, values: string[], not = false): Match {
  return { jq: { key, operator: not ? 'NotIn' : 'In', values } };
}

/** Matches objects where the jq expression gives something. */
export function present(key: string): Match {
  return { jq: { key, operator: 'Exists' } };
}

/** Matches objects where it gives nothing. */
export function absent(key: string): Match {
  return { jq: { key, operator: 'DoesNotExist' } };
}

/** Writes a status from a template of Go's text/template. */
export function status(template: string): Step {
  return { patch: { subresource: 'status', root: 'status', template } };
}

/** Writes an event about the object, as KWOK. */
export function event(type: 'Normal' | 'Warning', reason: string, message: string): Step {
  return { event: { type, reason, message } };
}

/** A Stage over pods or nodes. */
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
