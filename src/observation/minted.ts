import type { KubeObject } from '../domain/kubernetes/object.ts';
import { actionNameSchema } from '../domain/plan/plan.ts';

/** What Vault's kubernetes engine marks everything with that it makes; none of its roles can override it. */
const mintedBy = { key: 'app.kubernetes.io/managed-by', value: 'HashiCorp-Vault' };
const kinds: readonly string[] = ['ServiceAccount', 'Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'];
/** The names of Vault's templates, to which the target's admission locks hold the minters. */
const names = new RegExp(`^airlock-(read|${actionNameSchema.options.join('|')})-[a-z0-9]{8}$`);

/**
 * Whether an object belongs to a grant or a read lease. The label alone would let anybody hide objects from a
 * rehearsal, so kind and name must be those of a mint too.
 */
export function isMinted({ kind, metadata }: KubeObject): boolean {
  return kinds.includes(kind) && metadata.labels?.[mintedBy.key] === mintedBy.value && names.test(metadata.name);
}
