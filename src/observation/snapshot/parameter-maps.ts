import { matchesSelector, type LabelSelector } from '../../domain/kubernetes/label-selector.ts';
import type { KubeObject } from '../../domain/kubernetes/object.ts';

/** The field `paramRef` of a ValidatingAdmissionPolicyBinding. */
interface ParamRef {
  name?: string;
  namespace?: string;
  selector?: LabelSelector;
}

/**
 * Creates the function that tells whether a ConfigMap is a parameter of a ValidatingAdmissionPolicy. Snapshots keep the
 * values of parameters. A ConfigMap is a parameter if a binding of the policy names it or selects it by labels. If the
 * binding's `paramRef` has no namespace, ConfigMaps of all namespaces can be parameters. Empty selectors and selectors
 * with expressions are ignored, because they may select ConfigMaps with private values. In the sandbox, such parameters
 * have no values, so the policy may refuse a write there.
 */
export function parameterMapPredicate(objects: readonly KubeObject[]): (map: KubeObject) => boolean {
  const policies = new Set(
    objects
      .filter(({ kind, ...policy }) => kind === 'ValidatingAdmissionPolicy' && hasConfigMapParameters(policy['spec']))
      .map(({ metadata }) => metadata.name),
  );
  const refs = objects
    .filter(
      ({ kind, ...binding }) =>
        kind === 'ValidatingAdmissionPolicyBinding' && policies.has(binding['spec']?.policyName),
    )
    .flatMap((binding): ParamRef[] => binding['spec'].paramRef ?? []);
  return (map) => refs.some((ref) => inNamespace(ref, map) && (isNamed(ref, map) || isSelected(ref, map)));
}

function hasConfigMapParameters(spec: { paramKind?: { apiVersion?: string; kind?: string } } | undefined): boolean {
  return spec?.paramKind?.apiVersion === 'v1' && spec.paramKind.kind === 'ConfigMap';
}

function inNamespace({ namespace }: ParamRef, { metadata }: KubeObject): boolean {
  return namespace === undefined || namespace === metadata.namespace;
}

function isNamed({ name }: ParamRef, { metadata }: KubeObject): boolean {
  return name !== undefined && name === metadata.name;
}

function isSelected({ name, selector }: ParamRef, map: KubeObject): boolean {
  const onlyLabels = Object.keys(selector?.matchLabels ?? {}).length > 0 && !selector?.matchExpressions?.length;
  return name === undefined && onlyLabels && matchesSelector(selector, map);
}
