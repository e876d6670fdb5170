import { matchesSelector, type LabelSelector } from '../../domain/kubernetes/label-selector.ts';
import type { KubeObject } from '../../domain/kubernetes/object.ts';

/** The field `paramRef` of a ValidatingAdmissionPolicyBinding. */
interface ParamRef {
  name?: string;
  namespace?: string;
  selector?: LabelSelector;
}

/**
 * Creates a function that returns true for a ConfigMap that is a parameter of a ValidatingAdmissionPolicy. Snapshots
 * keep the values of such ConfigMaps. A binding of the policy selects the parameters by name or by labels. If the
 * binding's `paramRef` has no namespace, ConfigMaps of all namespaces can be parameters.
 *
 * Empty selectors are ignored, and so are selectors with `matchExpressions`. Such selectors could select ConfigMaps
 * with private values. In the snapshot, the parameters that only such a selector selects have empty values. So the
 * policy may decide differently in the sandbox than in the target.
 * @param objects all policies and bindings of the cluster. Objects of other kinds are ignored.
 */
export function parameterPredicate(objects: readonly KubeObject[]): (configMap: KubeObject) => boolean {
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
  return (configMap) =>
    refs.some((ref) => inNamespace(ref, configMap) && (hasName(ref, configMap) || matchesLabels(ref, configMap)));
}

function hasConfigMapParameters(spec: { paramKind?: { apiVersion?: string; kind?: string } } | undefined): boolean {
  return spec?.paramKind?.apiVersion === 'v1' && spec.paramKind.kind === 'ConfigMap';
}

function inNamespace({ namespace }: ParamRef, { metadata }: KubeObject): boolean {
  return namespace === undefined || namespace === metadata.namespace;
}

function hasName({ name }: ParamRef, { metadata }: KubeObject): boolean {
  return name !== undefined && name === metadata.name;
}

function matchesLabels({ name, selector }: ParamRef, configMap: KubeObject): boolean {
  const hasOnlyLabels = Object.keys(selector?.matchLabels ?? {}).length > 0 && !selector?.matchExpressions?.length;
  return name === undefined && hasOnlyLabels && matchesSelector(selector, configMap);
}
