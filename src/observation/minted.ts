import type { KubeObject } from '../domain/kubernetes/object.ts';
import { vaultLabels } from '../domain/kubernetes/minted-labels.ts';
import { actionNameSchema } from '../domain/plan/plan.ts';

const mintedKinds: readonly string[] = ['ServiceAccount', 'Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'];
/**
 * Matches the names of the objects that Vault creates, such as `airlock-read-x7k2m9qp`. The target's guardrails do
 * not let Vault use other names.
 */
const mintedNamePattern = new RegExp(`^airlock-(read|${actionNameSchema.options.join('|')})-[a-z0-9]{8}$`);

/**
 * Returns true if the object has the kind, the labels and the name of an object that Vault creates for an execution or
 * a read lease. Snapshots do not contain such objects. The labels alone are not enough: anybody could set these labels
 * on an object and so hide the object from rehearsals.
 */
export function isMinted({ kind, metadata }: KubeObject): boolean {
  return (
    mintedKinds.includes(kind) &&
    Object.entries(vaultLabels).every(([key, value]) => metadata.labels?.[key] === value) &&
    mintedNamePattern.test(metadata.name)
  );
}
