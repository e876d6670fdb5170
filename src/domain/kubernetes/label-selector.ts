import type { KubeObject } from './object.ts';

/** A label selector of Kubernetes (meta/v1 LabelSelector). */
export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: LabelExpression[];
}

interface LabelExpression {
  key: string;
  operator: string;
  values?: string[];
}

/**
 * Returns true if the selector selects the object. An absent selector selects nothing; an empty selector selects
 * everything.
 */
export function matchesSelector(selector: LabelSelector | undefined, object: KubeObject): boolean {
  if (!selector) return false;
  const labels = object.metadata.labels ?? {};
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return equal && (selector.matchExpressions ?? []).every((expression) => matchesExpression(expression, labels));
}

function matchesExpression({ key, operator, values = [] }: LabelExpression, labels: Record<string, string>): boolean {
  const value = labels[key];
  if (operator === 'Exists') return value !== undefined;
  if (operator === 'DoesNotExist') return value === undefined;
  const isListed = value !== undefined && values.includes(value);
  return operator === 'In' ? isListed : !isListed;
}
