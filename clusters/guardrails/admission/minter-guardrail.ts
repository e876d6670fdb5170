import { allOf, celList, celString, type Validation } from '../../../src/actions/guardrails/guardrail.ts';
import type { Rule } from '../manifest.ts';
import { vaultLabels } from '../../../src/domain/kubernetes/minted-labels.ts';

/**
 * CEL variables for the guardrails of the minters. A minter is a ServiceAccount with which Vault creates identities.
 * - `name`: the name of the created or deleted object. In a token request: the name of the ServiceAccount.
 * - `labels`: the labels of the created or deleted object. Do not use them in a token request.
 */
export const minterVariables = {
  name:
    "request.?subResource.orValue('') == 'token' ? request.?name.orValue('') : " +
    "request.operation == 'DELETE' ? oldObject.metadata.name : object.metadata.?name.orValue('')",
  labels: "(request.operation == 'DELETE' ? oldObject : object).metadata.?labels.orValue({})",
};

/** A label. `value` is a regular expression (RE2) for the whole value. */
interface LabelPattern {
  key: string;
  value: string;
}

/** The limits of one minter. */
interface MinterLimits {
  /** Regular expression (RE2) for the names of objects that the minter may create and delete. */
  namePattern: string;
  /** Each created object must have this label and the labels of Vault, and no other label. */
  label: LabelPattern;
  maxTokenSeconds: number;
}

/**
 * The validations that all minters share. They limit names, labels, annotations, finalizers and the lifetime of tokens.
 * Some controllers act on labels or annotations. For example, Kubernetes adds the rules of a ClusterRole with the label
 * `rbac.authorization.k8s.io/aggregate-to-view` to the ClusterRole `view`.
 */
export function minterValidations({ namePattern, label, maxTokenSeconds }: MinterLimits): Validation[] {
  const isToken = "request.?subResource.orValue('') == 'token'";
  const ofVault = Object.entries(vaultLabels).map(([key, value]) => ({ key, value: `^${value}$` }));
  return [
    {
      expression: `variables.name.matches(${celString(namePattern)})`,
      message: `minter: may only use names that match ${namePattern}`,
    },
    {
      expression: `${isToken} || request.operation == 'CREATE' || (${allOf(ofVault.map(labelMatches))})`,
      message: 'minter: may only delete objects with the labels of Vault',
    },
    {
      expression: `${isToken} || request.operation != 'CREATE' || (${hasExactly([...ofVault, label])})`,
      message: `minter: may create only objects with the labels of Vault and ${label.key}, and no other label`,
    },
    {
      expression: `${isToken} || request.operation != 'CREATE' || size(object.metadata.?annotations.orValue({})) == 0`,
      message: 'minter: may not set annotations',
    },
    {
      expression: `!(${isToken}) || object.spec.?expirationSeconds.orValue(0) <= ${maxTokenSeconds}`,
      message: `minter: a token may live at most ${maxTokenSeconds} seconds`,
    },
    {
      // When Vault deletes an object with a finalizer, Kubernetes keeps the object.
      expression: "request.operation != 'CREATE' || !has(object.metadata.finalizers)",
      message: 'minter: may not set finalizers',
    },
  ];
}

/** CEL: true if the object has exactly these labels. */
function hasExactly(labels: readonly LabelPattern[]): string {
  return allOf([`size(variables.labels) == ${labels.length}`, ...labels.map(labelMatches)]);
}

function labelMatches({ key, value }: LabelPattern): string {
  return `variables.labels[?${celString(key)}].orValue('').matches(${celString(value)})`;
}

/**
 * CEL: true if the binding refers to `role` and has exactly one subject. The subject must be a ServiceAccount in
 * `namespace`, and must have the name of the binding.
 * @param role `kind` is plain text. `name` is a CEL expression.
 * @param namespace a CEL expression.
 */
export function bindsAccountOfSameName(role: { kind: string; name: string }, namespace: string): string {
  return (
    `object.roleRef.kind == ${celString(role.kind)} && object.roleRef.name == ${role.name} && ` +
    'size(object.subjects) == 1 && object.subjects.all(s, ' +
    `s.kind == 'ServiceAccount' && s.name == object.metadata.name && s.namespace == ${namespace})`
  );
}

/**
 * CEL: true if the request is one of `writes`. Each write is operation, API group, resource and subresource, such as
 * `CREATE /serviceaccounts/token`.
 */
export function writeIsOneOf(writes: readonly string[]): string {
  return `variables.write in ${celList(writes)}`;
}

/**
 * CEL about one RBAC rule, the CEL variable `r`. True if all of these hold:
 * - Every API group, resource and verb of the rule occurs in `ceiling` (the permissions that a grant can have at most).
 *   Only Kubernetes' own RBAC check compares combinations, such as `patch` on `replicasets`.
 * - The rule names its objects in `resourceNames`.
 * - The rule has no `nonResourceURLs`.
 */
export function isWithinCeiling(ceiling: readonly Rule[]): string {
  const groups = celList([...new Set(ceiling.flatMap((rule) => rule.apiGroups))]);
  const resources = celList([...new Set(ceiling.flatMap((rule) => rule.resources))]);
  const verbs = celList([...new Set(ceiling.flatMap((rule) => rule.verbs))]);
  return [
    `r.?apiGroups.orValue(['*']).all(g, g in ${groups})`,
    `r.?resources.orValue(['*']).all(x, x in ${resources})`,
    `r.verbs.all(v, v in ${verbs})`,
    "size(r.?resourceNames.orValue([])) > 0 && r.resourceNames.all(n, n != '')",
    '!has(r.nonResourceURLs)',
  ].join(' && ');
}
