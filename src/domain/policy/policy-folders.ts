/**
 * The folders of a checkout with OPA's policies: the rules about every plan with their data, and the actions, each with its
 * own rule in `policy.rego`. OPA denies an action without a rule.
 */
export function policyFolders(checkout: string): [policies: string, actions: string] {
  return [`${checkout}/policies`, `${checkout}/src/actions`];
}
