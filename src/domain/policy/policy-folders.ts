/**
 * Returns the folders of a checkout from which OPA loads policy. `policies` has the rules for every plan, and the data
 * of these rules. Each folder in `actions` has a file `policy.rego` with the rule for one action. A plan whose action
 * has no rule is denied.
 */
export function policyFolders(checkout: string): [policies: string, actions: string] {
  return [`${checkout}/policies`, `${checkout}/src/actions`];
}
