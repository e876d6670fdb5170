/**
 * Returns the two folders from which OPA loads policy. `policies` contains the rules for all plans, and the data of the
 * rules. `src/actions` contains a folder for each action, and each of these folders contains a file `policy.rego`.
 * @param checkout folder of Airlock's source code.
 */
export function policyFolders(checkout: string): [policies: string, actions: string] {
  return [`${checkout}/policies`, `${checkout}/src/actions`];
}
