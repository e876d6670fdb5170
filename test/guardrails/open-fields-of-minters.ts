import type { KubeCall } from '../../src/platform/kubernetes/kube-client.ts';
import { nodeRule, rule } from './attempt.ts';
import type { FieldAttempt } from './open-fields.ts';
import { labelsOfGrant, labelsOfReadLease } from './shop.ts';

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const group = 'rbac.authorization.k8s.io';
const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'n', uid: '00000000-0000-0000-0000-000000000001' };
const managedFields = [{ manager: 'x', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: {} }];

/** What differs between the three minters. */
interface Minter {
  /** The name of a new identity. */
  name: string;
  /** The name of an identity that exists. */
  existing: string;
  namespace: string;
  labels: Record<string, string>;
  /** Address of the bindings. */
  bindings: string;
  /** The only role that the minter may bind. */
  roleRef: { kind: string; name: string };
  /** A role that the minter may not bind, and the refusal. */
  otherRole: { name: string; says: string };
}

const post = (path: string, body: object): KubeCall => ({ method: 'POST', path: `${path}?dryRun=All`, body });

function attemptsOf({
  name,
  existing,
  namespace,
  labels,
  bindings,
  roleRef,
  otherRole,
}: Minter): Record<string, FieldAttempt> {
  const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  const metadata = { name, labels };
  const account = (more: object, fields: object = {}): KubeCall =>
    post(accounts, { metadata: { ...metadata, ...more }, ...fields });
  // The role that a binding names must exist, so the binding has the name of an identity that exists.
  const binding = (to: object, subject: string): KubeCall =>
    post(bindings, {
      metadata: { name: existing, labels },
      roleRef: { apiGroup: group, ...to },
      subjects: [{ kind: 'ServiceAccount', name: subject, namespace }],
    });
  const token = (spec: object): KubeCall => post(`${accounts}/${existing}/token`, { spec });
  return {
    'metadata.name': { call: account({ name: 'helper' }), says: 'may only use names' },
    'metadata.labels': { call: account({ labels: { ...labels, a: 'b' } }), says: 'labels of Vault' },
    'metadata.ownerReferences': { call: account({ ownerReferences: [owner] }) },
    'metadata.managedFields': { call: account({ managedFields }) },
    'ServiceAccount secrets': { call: account({}, { secrets: [{ name: 'shop-database' }] }) },
    'ServiceAccount imagePullSecrets': { call: account({}, { imagePullSecrets: [{ name: 'shop-database' }] }) },
    'ServiceAccount automountServiceAccountToken': { call: account({}, { automountServiceAccountToken: true }) },
    'TokenRequest spec.expirationSeconds': { call: token({ expirationSeconds: 86_401 }), says: 'may live at most' },
    'TokenRequest spec.audiences': { call: token({ audiences: ['vault'], expirationSeconds: 600 }) },
    'TokenRequest spec.boundObjectRef': {
      call: token({ boundObjectRef: { kind: 'Node', apiVersion: 'v1', name: 'node-1' }, expirationSeconds: 600 }),
    },
    'binding roleRef': { call: binding({ kind: 'ClusterRole', name: otherRole.name }, existing), says: otherRole.says },
    'binding subjects': { call: binding(roleRef, 'other'), says: 'may bind' },
  };
}

const rules = (path: string, metadata: object, rule: object): FieldAttempt => ({
  call: post(path, { metadata, rules: [rule] }),
  says: 'may only grant',
});

const execName = 'airlock-undo-rollout-abcd4321';
const nodeName = 'airlock-cordon-node-abcd4321';
const readName = 'airlock-read-abcd4321';

/** The names of identities that Vault has created. */
export interface MintedNames {
  exec: string;
  node: string;
  read: string;
}

/** One attempt for each open field of the minters and of the kill switch. */
export function minterAttempts(existing: MintedNames): Record<string, Record<string, FieldAttempt>> {
  return {
    'airlock-exec-minter': {
      ...attemptsOf({
        name: execName,
        existing: existing.exec,
        namespace: 'shop',
        labels: labelsOfGrant,
        bindings: `${rbac}/namespaces/shop/rolebindings`,
        roleRef: { kind: 'Role', name: existing.exec },
        otherRole: { name: 'airlock-ceiling', says: 'may bind a Role only' },
      }),
      'role rules': rules(
        `${rbac}/namespaces/shop/roles`,
        { name: execName, labels: labelsOfGrant },
        rule('deployments', []),
      ),
    },
    'airlock-node-minter': {
      ...attemptsOf({
        name: nodeName,
        existing: existing.node,
        namespace: 'airlock-system',
        labels: labelsOfGrant,
        bindings: `${rbac}/clusterrolebindings`,
        roleRef: { kind: 'ClusterRole', name: existing.node },
        otherRole: { name: 'airlock-node-ceiling', says: 'may bind a ClusterRole only' },
      }),
      'role rules': rules(
        `${rbac}/clusterroles`,
        { name: nodeName, labels: labelsOfGrant },
        nodeRule(['control-plane']),
      ),
    },
    'airlock-read-minter': attemptsOf({
      name: readName,
      existing: existing.read,
      namespace: 'airlock-system',
      labels: labelsOfReadLease,
      bindings: `${rbac}/clusterrolebindings`,
      roleRef: { kind: 'ClusterRole', name: 'airlock-reader' },
      otherRole: { name: 'cluster-admin', says: 'RBAC permissions not currently held' },
    }),
    'airlock-kill-switch': {
      'data.killSwitch': { call: killSwitch({ data: { killSwitch: 'off' } }), says: 'may only set killSwitch to on' },
      'metadata.managedFields': { call: killSwitch({ data: { killSwitch: 'on' }, metadata: { managedFields } }) },
    },
  };
}

function killSwitch(body: object): KubeCall {
  const path = '/api/v1/namespaces/airlock-system/configmaps/airlock-limits?dryRun=All';
  return { method: 'PATCH', path, contentType: 'application/merge-patch+json', body };
}
