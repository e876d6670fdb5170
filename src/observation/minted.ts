import type { KubeObject } from '../domain/kubernetes/object.ts';
import { actionNameSchema } from '../domain/plan/plan.ts';

/**
 * The label that Vault's Kubernetes secrets engine sets on every object that the engine creates. A Vault role cannot
 * override this label.
 */
const mintedBy = { key: 'app.kubernetes.io/managed-by', value: 'HashiCorp-Vault' };
const mintedKinds: readonly string[] = ['ServiceAccount', 'Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'];
/**
 * Names that Vault's name templates generate, such as `airlock-read-x7k2m9qp`. The target's guardrails do not allow
 * Vault to create objects with other names.
 */
const namePattern = new RegExp(`^airlock-(read|${actionNameSchema.options.join('|')})-[a-z0-9]{8}$`);

/**
 * Returns true if Vault created the object for an execution or a read lease. Snapshots leave out such objects. Kind and
 * name must match too: otherwise anybody could set the label on an object to hide the object from rehearsals.
 */
export function isMinted({ kind, metadata }: KubeObject): boolean {
  return (
    mintedKinds.includes(kind) && metadata.labels?.[mintedBy.key] === mintedBy.value && namePattern.test(metadata.name)
  );
}
