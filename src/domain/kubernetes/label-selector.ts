import type { KubeObject } from './object.ts';

/** A label selector of Kubernetes (meta/v1 LabelSelector). */
export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: LabelSelectorRequirement[];
}

interface LabelSelectorRequirement {
  key: string;
  operator: string;
  values?: string[];
}

/**
 * Returns true if the selector selects the object. An absent selector selects no object. An empty selector selects
 * every object.
 */
export function matchesSelector(selector: LabelSelector | undefined, object: KubeObject): boolean {
  if (!selector) return false;
  const labels = object.metadata.labels ?? {};
  const labelsMatch = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return labelsMatch && (selector.matchExpressions ?? []).every((each) => matchesRequirement(each, labels));
}

function matchesRequirement(
  { key, operator, values = [] }: LabelSelectorRequirement,
  labels: Record<string, string>,
): boolean {
  const value = labels[key];
  if (operator === 'Exists') return value !== undefined;
  if (operator === 'DoesNotExist') return value === undefined;
  const isListed = value !== undefined && values.includes(value);
  return operator === 'In' ? isListed : !isListed; // the only other operator is NotIn
}
