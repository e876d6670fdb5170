/**
 * The folders of a checkout from which OPA loads its policies. `policies` has the rules that apply to every plan, and
 * the data of these rules. Each folder in `actions` has the rule for one action, `policy.rego`. A plan whose action has
 * no rule is denied.
 */
export function policyFolders(checkout: string): [policies: string, actions: string] {
  return [`${checkout}/policies`, `${checkout}/src/actions`];
}
