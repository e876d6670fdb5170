import { z } from 'zod';
import { AirlockError } from '../../src/lib/error.ts';
import { readMount, systemNamespace } from '../../src/domain/names.ts';
import { Secret } from '../../src/platform/secret.ts';
import { readerRole } from '../vault/names.ts';

/** What of Vault a read lease needs; its identity may do nothing more on these mounts. */
export interface LeaseVault {
  request(method: 'POST' | 'PUT', path: string, body: object): Promise<unknown>;
}

/** A credential that reads one cluster until it is revoked or its life is over. */
export interface ReadLease {
  leaseId: string;
  /** ServiceAccount in `airlock-system` that was made for it. */
  account: string;
  token: Secret;
  seconds: number;
}

const answerSchema = z.object({
  lease_id: z.string().min(1).max(500),
  lease_duration: z.number().positive(),
  data: z.object({ service_account_name: z.string().max(253), service_account_token: z.string().min(1) }),
});

/** Takes a lease on a cluster: a ServiceAccount, a ClusterRoleBinding to the owner's reader role, a token. */
export async function takeReadLease(vault: LeaseVault, cluster: string): Promise<ReadLease> {
  const answer = await vault.request('POST', `${readMount(cluster)}/creds/${readerRole}`, {
    kubernetes_namespace: systemNamespace,
    cluster_role_binding: true,
  });
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) throw unexpectedAnswer(cluster);
  const { lease_id: leaseId, lease_duration: seconds, data } = parsed.data;
  return { leaseId, account: data.service_account_name, token: new Secret(data.service_account_token), seconds };
}

/** Returns when the target has deleted what the lease made. Repeatable: Vault forgets what it does not know. */
export async function revokeReadLease(vault: LeaseVault, leaseId: string): Promise<void> {
  await vault.request('PUT', `sys/leases/revoke/${leaseId}`, { sync: true });
}

/** Says nothing of what the answer held: it may hold a token. */
function unexpectedAnswer(cluster: string): AirlockError {
  return new AirlockError({
    code: 'vault-failed',
    message: `mount ${readMount(cluster)} answered with something that is no credential: check the mount's type`,
    next: 'ask',
  });
}
