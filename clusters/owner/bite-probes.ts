import { systemNamespace } from '../../src/domain/names.ts';
import { execMinterLock } from './exec-minter-lock.ts';
import { halterLock } from './halter.ts';
import { identitiesLock } from './identities-lock.ts';
import type { KubeCall } from './kube-request.ts';
import { accounts, systemUsername } from './names.ts';
import { readMinterLock } from './read-minter-lock.ts';
import type { OwnerValues } from './values.ts';

/** A dry-run write that one lock must refuse, in the name of an identity that the lock judges. */
export interface BiteProbe {
  /** Name of the policy, which its refusal carries. */
  policy: string;
  /** Start of the sentence with which it refuses. */
  says: string;
  call: KubeCall;
}

/**
 * One probe per lock. Policies bite up to seconds after they were written, and until then they let everything pass.
 * The probes impersonate, with the group `system:masters`: so RBAC allows them, and only admission can refuse.
 * Nothing is ever written: they are dry runs.
 */
export function biteProbes({ allowedNamespaces }: OwnerValues): BiteProbe[] {
  const namespace = allowedNamespaces[0] ?? '';
  const minted = `system:serviceaccount:${namespace}:airlock-undo-rollout-00000000`;
  return [
    probe(execMinterLock, 'minter: only creates', systemUsername(accounts.execMinter), namespace),
    probe(readMinterLock, 'minter: only ServiceAccounts', systemUsername(accounts.readMinter), systemNamespace),
    // The sentence comes after the one about `halted`: it shows that the bounds are found too.
    probe(identitiesLock, 'undo-rollout: only', minted, namespace),
    probe(halterLock, 'halter: only patches', systemUsername(accounts.halter), systemNamespace),
  ];
}

function probe(policy: string, says: string, user: string, namespace: string): BiteProbe {
  const call: KubeCall = {
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/configmaps?dryRun=All`,
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'airlock-bite-probe' } },
    headers: { 'Impersonate-User': user, 'Impersonate-Group': 'system:masters' },
  };
  return { policy, says, call };
}
