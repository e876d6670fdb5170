import type { KubeObject } from '../domain/kubernetes/object.ts';
import { actionNameSchema } from '../domain/plan/plan.ts';

/**
 * Vault's Kubernetes secrets engine sets this label on every object that it creates. The configuration of a Vault role
 * cannot override the label.
 */
const vaultLabel = { key: 'app.kubernetes.io/managed-by', value: 'HashiCorp-Vault' };
const mintedKinds: readonly string[] = ['ServiceAccount', 'Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'];
/**
 * Matches the names of the objects that Vault creates, such as `airlock-read-x7k2m9qp`. The target's guardrails do
 * not let Vault use other names.
 */
const mintedNamePattern = new RegExp(`^airlock-(read|${actionNameSchema.options.join('|')})-[a-z0-9]{8}$`);

/**
 * Returns true if the object has the kind, the label and the name of an object that Vault creates for an execution or a
 * read lease. Snapshots do not contain such objects. The label alone is not enough: anybody could set this label on an
 * object and so hide the object from rehearsals.
 */
export function isMinted({ kind, metadata }: KubeObject): boolean {
  return (
    mintedKinds.includes(kind) &&
    metadata.labels?.[vaultLabel.key] === vaultLabel.value &&
    mintedNamePattern.test(metadata.name)
  );
}
