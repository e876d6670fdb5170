import type { KubeObject } from '../../domain/kubernetes/object.ts';

interface ParamRef {
  name?: string;
  namespace?: string;
  selector?: { matchLabels?: Record<string, string>; matchExpressions?: unknown[] };
}

/**
 * Which ConfigMaps parametrise an admission policy, and so keep their values: those that a binding of a policy with
 * such parameters names, or chooses by labels. Without a namespace the parameters stand in that of each request. A
 * selector that is empty or has expressions keeps nothing: rather a policy that refuses than values that leak.
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

function isSelected({ name, selector }: ParamRef, { metadata }: KubeObject): boolean {
  const wanted = Object.entries(selector?.matchLabels ?? {});
  if (name !== undefined || wanted.length === 0 || (selector?.matchExpressions ?? []).length > 0) return false;
  return wanted.every(([key, value]) => metadata.labels?.[key] === value);
}
