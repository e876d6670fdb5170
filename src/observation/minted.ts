import type { KubeObject } from '../domain/kubernetes/object.ts';
import { actionNameSchema } from '../domain/plan/plan.ts';

/**
 * The label that Vault's Kubernetes secrets engine sets on every object that it creates. A Vault role cannot override
 * this label.
 */
const mintedBy = { key: 'app.kubernetes.io/managed-by', value: 'HashiCorp-Vault' };
const mintedKinds: readonly string[] = ['ServiceAccount', 'Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'];
/**
 * Names that Vault's name templates generate, such as `airlock-read-x7k2m9qp`. The target's guardrails allow Vault to
 * create only such names.
 */
const namePattern = new RegExp(`^airlock-(read|${actionNameSchema.options.join('|')})-[a-z0-9]{8}$`);

/**
 * True if Vault created the object for an execution or a read lease. Snapshots leave out such objects. The label alone
 * is not enough: anybody could hide an object from rehearsals with it. So kind and name must match too.
 */
export function isMinted({ kind, metadata }: KubeObject): boolean {
  return (
    mintedKinds.includes(kind) && metadata.labels?.[mintedBy.key] === mintedBy.value && namePattern.test(metadata.name)
  );
}
