import { z } from 'zod';
import { AirlockError } from '../../src/lib/error.ts';
import { readMount, systemNamespace } from '../../src/domain/names.ts';
import { Secret } from '../../src/platform/secret.ts';
import type { VaultRequester } from '../../src/platform/vault/vault-client.ts';
import { readerRole } from '../vault/names.ts';

/** A credential that reads one cluster until it expires or is revoked. */
export interface ReadLease {
  leaseId: string;
  /** ServiceAccount in `airlock-system` that Vault created for it. */
  account: string;
  token: Secret;
  seconds: number;
}

const answerSchema = z.object({
  lease_id: z.string().min(1).max(500),
  lease_duration: z.number().positive(),
  data: z.object({ service_account_name: z.string().max(253), service_account_token: z.string().min(1) }),
});

/** Takes a lease on a cluster: a ServiceAccount, its ClusterRoleBinding to `airlock-reader`, and a token. */
export async function takeReadLease(vault: VaultRequester, cluster: string): Promise<ReadLease> {
  const answer = await vault.request('POST', `${readMount(cluster)}/creds/${readerRole}`, {
    kubernetes_namespace: systemNamespace,
    cluster_role_binding: true,
  });
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) throw malformedCredential(cluster);
  const { lease_id: leaseId, lease_duration: seconds, data } = parsed.data;
  return { leaseId, account: data.service_account_name, token: new Secret(data.service_account_token), seconds };
}

/** Returns when the target has deleted the lease's objects. Idempotent: Vault accepts a lease that has already ended. */
export async function revokeReadLease(vault: VaultRequester, leaseId: string): Promise<void> {
  await vault.request('PUT', `sys/leases/revoke/${leaseId}`, { sync: true });
}

/** Quotes nothing of the answer, because it may contain a token. */
function malformedCredential(cluster: string): AirlockError {
  return new AirlockError({
    code: 'vault-response-invalid',
    message: `mount ${readMount(cluster)} answered without a credential: check the mount's type`,
  });
}
