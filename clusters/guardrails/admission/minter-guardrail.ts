import { celList, celString, type Validation } from '../../../src/actions/guardrail.ts';
import type { Rule } from '../manifest.ts';
import { vaultLabel } from '../names.ts';

/**
 * CEL variables for the guardrails of the minters (the ServiceAccounts with which Vault creates identities). `name` and
 * `labels` are those of the created or deleted object. In a token request, `name` is the name of the ServiceAccount.
 */
export const minterVariables = {
  name:
    "request.?subResource.orValue('') == 'token' ? request.?name.orValue('') : " +
    "request.operation == 'DELETE' ? oldObject.metadata.name : object.metadata.?name.orValue('')",
  labels: "(request.operation == 'DELETE' ? oldObject : object).metadata.?labels.orValue({})",
};

/**
 * Validations that apply to every minter: allowed names, the label of Vault, the lifetime of tokens, and no finalizers.
 * @param namePattern regular expression (RE2) that matches the allowed names.
 */
export function minterValidations(namePattern: string, maxTokenSeconds: number): Validation[] {
  const label = `variables.labels[?${celString(vaultLabel.key)}].orValue('') == ${celString(vaultLabel.value)}`;
  return [
    {
      expression: `variables.name.matches(${celString(namePattern)})`,
      message: 'minter: may only use names with an allowed action and eight random characters',
    },
    {
      expression: `request.?subResource.orValue('') == 'token' || ${label}`,
      message: `minter: may only write objects with the label ${vaultLabel.key}=${vaultLabel.value}`,
    },
    {
      expression:
        "request.?subResource.orValue('') != 'token' || " +
        `object.spec.?expirationSeconds.orValue(0) <= ${maxTokenSeconds}`,
      message: `minter: tokens live ${maxTokenSeconds} seconds at most`,
    },
    {
      // With a finalizer, a revoked ServiceAccount would continue to exist, and its token would stay valid.
      expression: "request.operation != 'CREATE' || !has(object.metadata.finalizers)",
      message: 'minter: may not set finalizers',
    },
  ];
}

/**
 * CEL: true if the binding grants the role to only one ServiceAccount. This ServiceAccount must be in the given
 * namespace and have the same name as the binding. `role.name` and `namespace` are CEL expressions.
 */
export function bindsAccountOfSameName(role: { kind: string; name: string }, namespace: string): string {
  return (
    `object.roleRef.kind == ${celString(role.kind)} && object.roleRef.name == ${role.name} && ` +
    'size(object.subjects) == 1 && object.subjects.all(s, ' +
    `s.kind == 'ServiceAccount' && s.name == object.metadata.name && s.namespace == ${namespace})`
  );
}

/** CEL: true if the requested write is in the list `writes`. */
export function isOneOf(writes: readonly string[]): string {
  return `variables.write in ${celList(writes)}`;
}

/**
 * CEL about an RBAC rule `r`: true if the rule names its objects (`resourceNames`), and all its API groups, resources
 * and verbs occur in the ceiling (the permissions that a grant can have at most). RBAC also checks their combination.
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
