import { executionLabelKey } from '../../src/domain/kubernetes/minted-labels.ts';
import { metadataPrefix, systemNamespace } from '../../src/domain/names.ts';
import { namespacedActions, nodeActions } from '../../src/actions/registry.ts';
import type { ActionName } from '../../src/domain/plan/plan.ts';

/**
 * The installed ServiceAccounts in `airlock-system`.
 * - Vault uses the three minters to create (mint) temporary ServiceAccounts, the minted identities.
 * - `killSwitchSetter` may turn the kill switch on.
 *
 * The guardrails treat every other ServiceAccount whose name begins with `airlock-` as a minted identity.
 */
export const accounts = {
  execMinter: 'airlock-exec-minter',
  readMinter: 'airlock-read-minter',
  nodeMinter: 'airlock-node-minter',
  killSwitchSetter: 'airlock-kill-switch',
};

/**
 * The installed ClusterRoles.
 * - `minter` (of the exec minter), `readMinter`, `nodeMinter`: permissions that a minter needs to create identities.
 * - `ceiling`, `nodeCeiling`: the permissions that a grant (the credential of one execution) can have at most.
 * - `reader`: the permissions of a read lease.
 */
export const clusterRoles = {
  minter: 'airlock-minter',
  ceiling: 'airlock-ceiling',
  reader: 'airlock-reader',
  readMinter: 'airlock-read-minter',
  nodeMinter: 'airlock-node-minter',
  nodeCeiling: 'airlock-node-ceiling',
};

/** Name of the ConfigMap in `airlock-system` that has the allowed range of replicas and the kill switch. */
export const limitsConfigMap = 'airlock-limits';

/** The label with the execution id on the objects of a grant. `value` is a regular expression (RE2). */
export const executionLabel = { key: executionLabelKey, value: '^exe-[0-9a-f]{16}$' };

/** The label with the name of the read minter on the objects of a read lease. `value` is a regular expression (RE2). */
export const mintedByLabel = { key: `${metadataPrefix}minted-by`, value: `^${accounts.readMinter}$` };

/**
 * Regular expression (RE2) for the end of every minted name: eight random characters. Vault picks letters and digits.
 * The name template converts the letters to lower case.
 */
const randomSuffix = '[a-z0-9]{8}';
/**
 * Regular expression (RE2) for the names of identities for actions in namespaces. Example:
 * `airlock-undo-rollout-1a2b3c4d`.
 */
export const namespacedGrantNamePattern = patternFor(namespacedActions);
/** Regular expression (RE2) for the names of identities for actions on nodes. */
export const nodeGrantNamePattern = patternFor(nodeActions);
/** Regular expression (RE2) for the names of identities for any action. */
export const anyGrantNamePattern = patternFor([...namespacedActions, ...nodeActions]);
/** Regular expression (RE2) for the names of identities of read leases. */
export const readNamePattern = `^airlock-read-${randomSuffix}$`;

function patternFor(actions: readonly ActionName[]): string {
  return `^airlock-(${actions.join('|')})-${randomSuffix}$`;
}

/**
 * Returns Vault's name template for the identities of an action. The names must contain the action: an admission policy
 * sees the username of the ServiceAccount that sends a request, but not the labels of this ServiceAccount.
 */
export function grantNameTemplate(action: ActionName): string {
  return `airlock-${action}-{{random 8 | lowercase}}`;
}

/** Vault's name template for the identities of read leases. */
export const readNameTemplate = 'airlock-read-{{random 8 | lowercase}}';

/** Returns the Kubernetes username of a ServiceAccount in `airlock-system`. */
export function systemUsername(account: string): string {
  return `system:serviceaccount:${systemNamespace}:${account}`;
}
