import { systemNamespace } from '../../src/domain/names.ts';
import { namespacedActions, nodeActions } from '../../src/actions/registry.ts';
import type { ActionName } from '../../src/domain/plan/plan.ts';

/**
 * The installed ServiceAccounts in `airlock-system`. Vault uses the minters to create (mint) temporary ServiceAccounts,
 * the minted identities. Every other ServiceAccount whose name begins with `airlock-` is a minted identity.
 */
export const accounts = {
  execMinter: 'airlock-exec-minter',
  readMinter: 'airlock-read-minter',
  nodeMinter: 'airlock-node-minter',
  killSwitch: 'airlock-kill-switch',
};

/**
 * The installed ClusterRoles. A ceiling is the upper limit of a grant (the credential of one execution): a grant can
 * have only permissions that the ceiling has.
 */
export const clusterRoles = {
  minter: 'airlock-minter',
  ceiling: 'airlock-ceiling',
  reader: 'airlock-reader',
  readMinter: 'airlock-read-minter',
  nodeMinter: 'airlock-node-minter',
  nodeCeiling: 'airlock-node-ceiling',
};

/** ConfigMap in `airlock-system` with the administrator's range of replicas and the kill switch. */
export const limitsName = 'airlock-limits';

/**
 * The label that Vault's Kubernetes secrets engine puts on every object that it creates. No Vault role can override it.
 */
export const vaultLabel = { key: 'app.kubernetes.io/managed-by', value: 'HashiCorp-Vault' };

/**
 * The end of every minted name: eight random characters. Vault takes them from 62 letters and digits and converts them
 * to lower case.
 */
const random = '[a-z0-9]{8}';
/**
 * Regular expression (RE2) for the names of identities for actions in namespaces, such as
 * `airlock-undo-rollout-1a2b3c4d`.
 */
export const grantNamePattern = namesFor(namespacedActions);
/** Regular expression (RE2) for the names of identities for actions on nodes. */
export const nodeGrantNamePattern = namesFor(nodeActions);
/** Regular expression (RE2) for the names of all identities for actions. */
export const actingNamePattern = namesFor([...namespacedActions, ...nodeActions]);
/** Regular expression (RE2) for the names of identities for reading. */
export const readNamePattern = `^airlock-read-${random}$`;

function namesFor(actions: readonly ActionName[]): string {
  return `^airlock-(${actions.join('|')})-${random}$`;
}

/**
 * Vault's name template for an action. The name must contain the action: CEL in an admission policy sees the username,
 * but not the labels of the ServiceAccount.
 */
export function grantNameTemplate(action: ActionName): string {
  return `airlock-${action}-{{random 8 | lowercase}}`;
}

/** Vault's name template for read leases. */
export const readNameTemplate = 'airlock-read-{{random 8 | lowercase}}';

/** The username of a ServiceAccount in `airlock-system`, as Kubernetes forms it. */
export function systemUsername(account: string): string {
  return `system:serviceaccount:${systemNamespace}:${account}`;
}
