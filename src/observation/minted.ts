import type { KubeObject } from '../domain/kubernetes/object.ts';
import { actionNameSchema } from '../domain/plan/plan.ts';

/** The label that Vault's Kubernetes secrets engine sets on every object that it creates. Its roles cannot override it. */
const mintedBy = { key: 'app.kubernetes.io/managed-by', value: 'HashiCorp-Vault' };
const kinds: readonly string[] = ['ServiceAccount', 'Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'];
/** Names by Vault's name templates. The target's guardrails allow Vault's minters only such names. */
const names = new RegExp(`^airlock-(read|${actionNameSchema.options.join('|')})-[a-z0-9]{8}$`);

/**
 * Whether Vault created an object for a grant or a read lease. Anybody can set the label and so hide objects from a
 * rehearsal, so kind and name must match too.
 */
export function isMinted({ kind, metadata }: KubeObject): boolean {
  return kinds.includes(kind) && metadata.labels?.[mintedBy.key] === mintedBy.value && names.test(metadata.name);
}
