import { matchesSelector, type LabelSelector } from '../../domain/kubernetes/label-selector.ts';
import type { KubeObject } from '../../domain/kubernetes/object.ts';

interface ParamRef {
  name?: string;
  namespace?: string;
  selector?: LabelSelector;
}

/**
 * Tells which ConfigMaps are parameters of an admission policy and so keep their values: those that a binding of such a
 * policy names or selects by labels. Without a namespace in the binding, the parameters are in the namespace of each
 * request. ConfigMaps selected by an empty selector or by expressions lose their values: a policy that then refuses is
 * better than values that leak.
 */
export function parameterMaps(objects: readonly KubeObject[]): (map: KubeObject) => boolean {
  const policies = new Set(
    objects
      .filter(({ kind, ...policy }) => kind === 'ValidatingAdmissionPolicy' && takesConfigMaps(policy['spec']))
      .map(({ metadata }) => metadata.name),
  );
  const refs = objects
    .filter(({ kind, ...it }) => kind === 'ValidatingAdmissionPolicyBinding' && policies.has(it['spec']?.policyName))
    .flatMap((binding): ParamRef[] => binding['spec'].paramRef ?? []);
  return (map) => refs.some((ref) => inNamespace(ref, map) && (isNamed(ref, map) || isSelected(ref, map)));
}

function takesConfigMaps(spec: { paramKind?: { apiVersion?: string; kind?: string } } | undefined): boolean {
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
