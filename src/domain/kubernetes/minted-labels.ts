import { metadataPrefix } from '../names.ts';

/**
 * The labels that Vault's Kubernetes secrets engine sets on every object that the engine creates. A Vault role cannot
 * override them.
 */
export const vaultLabels = {
  'app.kubernetes.io/managed-by': 'HashiCorp-Vault',
  'app.kubernetes.io/created-by': 'vault-plugin-secrets-kubernetes',
} as const;

/** Key of a label on each object that Vault creates for a grant. The value is the id of the execution. */
export const executionLabelKey = `${metadataPrefix}execution`;

/**
 * Returns the labels of the objects that Vault creates for an execution. The guardrails of the target refuse such an
 * object if a label is missing or if it has any other label.
 */
export function grantLabels(execution: string): Record<string, string> {
  return { ...vaultLabels, [executionLabelKey]: execution };
}
