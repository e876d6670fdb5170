import { systemNamespace } from '../../src/domain/names.ts';
import type { ActionName } from '../../src/domain/plan/plan.ts';

/** ServiceAccounts in `airlock-system` that hold a right of their own; everything else named `airlock-*` was minted. */
export const accounts = {
  execMinter: 'airlock-exec-minter',
  readMinter: 'airlock-read-minter',
  nodeMinter: 'airlock-node-minter',
  halter: 'airlock-halter',
};

/** ClusterRoles that the owner installs. */
export const clusterRoles = {
  minter: 'airlock-minter',
  ceiling: 'airlock-ceiling',
  reader: 'airlock-reader',
  readMinter: 'airlock-read-minter',
  nodeMinter: 'airlock-node-minter',
  nodeCeiling: 'airlock-node-ceiling',
};

/** ConfigMap in `airlock-system` with the owner's ranges and the kill switch `halted`. */
export const boundsName = 'airlock-bounds';

/** Actions on objects of a namespace that a minted identity can carry in its name. A test holds both against the catalogue. */
export const lockedActions = [
  'undo-rollout',
  'scale-workload',
  'restart-workload',
] as const satisfies readonly ActionName[];
/** The same for actions on nodes; their identities stand in `airlock-system`. */
export const nodeActions = ['cordon-node', 'uncordon-node'] as const satisfies readonly ActionName[];

/** Label that Vault's kubernetes engine puts on all it makes, and that no role of Vault's can override. */
export const vaultLabel = { key: 'app.kubernetes.io/managed-by', value: 'HashiCorp-Vault' };

/** Eight random letters or digits: the end of every minted name (62^8, lower-cased). */
const random = '[a-z0-9]{8}';
/** Names (RE2) of identities minted for actions in namespaces. */
export const grantNames = namesFor(lockedActions);
/** Names (RE2) of identities minted for actions on nodes. */
export const nodeGrantNames = namesFor(nodeActions);
/** Names (RE2) of all identities minted for actions. */
export const actingNames = namesFor([...lockedActions, ...nodeActions]);
/** Names (RE2) of identities minted for reading. */
export const readNames = `^airlock-read-${random}$`;

function namesFor(actions: readonly ActionName[]): string {
  return `^airlock-(${actions.join('|')})-${random}$`;
}

/** Vault's name template for an action: the username has to carry the action, CEL sees no ServiceAccount labels. */
export function grantNameTemplate(action: ActionName): string {
  return `airlock-${action}-{{random 8 | lowercase}}`;
}

/** Vault's name template for read leases. */
export const readNameTemplate = 'airlock-read-{{random 8 | lowercase}}';

/** The username under which Kubernetes knows a ServiceAccount of `airlock-system`. */
export function systemUsername(account: string): string {
  return `system:serviceaccount:${systemNamespace}:${account}`;
}
