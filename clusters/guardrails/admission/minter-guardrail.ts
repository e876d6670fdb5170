import { celList, celString, type Validation } from '../../../src/actions/guardrail.ts';
import type { Rule } from '../manifest.ts';
import { vaultLabel } from '../names.ts';

/** CEL variables of the minters' guardrails: name and labels of the object that is written or deleted, or gets a token. */
export const minterVariables = {
  name:
    "request.?subResource.orValue('') == 'token' ? request.?name.orValue('') : " +
    "request.operation == 'DELETE' ? oldObject.metadata.name : object.metadata.?name.orValue('')",
  labels: "(request.operation == 'DELETE' ? oldObject : object).metadata.?labels.orValue({})",
};

/** Validations of every minter: names, the label of Vault, and nothing that outlives a revocation. */
export function minterValidations(names: string, maxTokenSeconds: number): Validation[] {
  const label = `variables.labels[?${celString(vaultLabel.key)}].orValue('') == ${celString(vaultLabel.value)}`;
  return [
    {
      expression: `variables.name.matches(${celString(names)})`,
      message: 'minter: only names of an allowed action with eight random characters',
    },
    {
      expression: `request.?subResource.orValue('') == 'token' || ${label}`,
      message: `minter: only objects labelled ${vaultLabel.key}=${vaultLabel.value}`,
    },
    {
      expression:
        "request.?subResource.orValue('') != 'token' || " +
        `object.spec.?expirationSeconds.orValue(0) <= ${maxTokenSeconds}`,
      message: `minter: tokens live ${maxTokenSeconds} seconds at most`,
    },
    {
      // A finalizer would keep a revoked ServiceAccount alive, and with it its token.
      expression: "request.operation != 'CREATE' || !has(object.metadata.finalizers)",
      message: 'minter: no finalizers',
    },
  ];
}

/** CEL: the binding gives the role only to the ServiceAccount of the binding's own name in that namespace. */
export function bindsItself(role: { kind: string; name: string }, namespace: string): string {
  return (
    `object.roleRef.kind == ${celString(role.kind)} && object.roleRef.name == ${role.name} && ` +
    'size(object.subjects) == 1 && object.subjects.all(s, ' +
    `s.kind == 'ServiceAccount' && s.name == object.metadata.name && s.namespace == ${namespace})`
  );
}

/** CEL: the write is one of these. */
export function isOneOf(writes: readonly string[]): string {
  return `variables.write in ${celList(writes)}`;
}

/** CEL over a rule `r`: it is inside the ceiling (the API server also checks that), and it names every object. */
export function grantedRule(ceiling: readonly Rule[]): string {
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
