import { systemNamespace } from '../../src/domain/names.ts';
import { namespacedActions, nodeActions } from '../../src/actions/registry.ts';
import type { ActionName } from '../../src/domain/plan/plan.ts';

/** The installed ServiceAccounts in `airlock-system`. Every other ServiceAccount named `airlock-*` is a minted identity. */
export const accounts = {
  execMinter: 'airlock-exec-minter',
  readMinter: 'airlock-read-minter',
  nodeMinter: 'airlock-node-minter',
  killSwitch: 'airlock-kill-switch',
};

/** The installed ClusterRoles. */
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

/** Label that Vault's kubernetes engine puts on all objects that it creates, and that no Vault role can override. */
export const vaultLabel = { key: 'app.kubernetes.io/managed-by', value: 'HashiCorp-Vault' };

/** The end of every minted name: eight random characters, which Vault draws from 62 letters and digits and lower-cases. */
const random = '[a-z0-9]{8}';
/** Names (RE2) of identities minted for actions in namespaces. */
export const grantNames = namesFor(namespacedActions);
/** Names (RE2) of identities minted for actions on nodes. */
export const nodeGrantNames = namesFor(nodeActions);
/** Names (RE2) of all identities minted for actions. */
export const actingNames = namesFor([...namespacedActions, ...nodeActions]);
/** Names (RE2) of identities minted for reading. */
export const readNames = `^airlock-read-${random}$`;

function namesFor(actions: readonly ActionName[]): string {
  return `^airlock-(${actions.join('|')})-${random}$`;
}

/** Vault's name template for an action. The username must carry the action, because CEL sees no labels of a ServiceAccount. */
export function grantNameTemplate(action: ActionName): string {
  return `airlock-${action}-{{random 8 | lowercase}}`;
}

/** Vault's name template for read leases. */
export const readNameTemplate = 'airlock-read-{{random 8 | lowercase}}';

/** Kubernetes' username of a ServiceAccount in `airlock-system`. */
export function systemUsername(account: string): string {
  return `system:serviceaccount:${systemNamespace}:${account}`;
}
