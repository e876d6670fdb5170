import { z } from 'zod';
import { AirlockError } from '../../src/lib/error.ts';
import { readMount, systemNamespace } from '../../src/domain/names.ts';
import { Secret } from '../../src/platform/secret.ts';
import type { VaultRequester } from '../../src/platform/vault/vault-client.ts';
import { readerRole } from '../vault/names.ts';

/** A Vault lease with a temporary credential for reading one cluster. */
export interface ReadLease {
  leaseId: string;
  /** Name of the ServiceAccount in `airlock-system` that Vault created for this lease. */
  account: string;
  token: Secret;
  /** Lifetime of the lease, in seconds. */
  seconds: number;
}

const answerSchema = z.object({
  lease_id: z.string().min(1).max(500),
  lease_duration: z.number().positive(),
  data: z.object({ service_account_name: z.string().max(253), service_account_token: z.string().min(1) }),
});

/**
 * Takes a lease from Vault. Vault creates a ServiceAccount, binds this ServiceAccount to the ClusterRole
 * `airlock-reader`, and requests a token for this ServiceAccount.
 * @throws AirlockError `vault-response-invalid`, and the errors of the Vault client.
 */
export async function takeReadLease(vault: VaultRequester, cluster: string): Promise<ReadLease> {
  const answer = await vault.request('POST', `${readMount(cluster)}/creds/${readerRole}`, {
    kubernetes_namespace: systemNamespace,
    cluster_role_binding: true,
  });
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) throw invalidResponse(cluster);
  const { lease_id: leaseId, lease_duration: seconds, data } = parsed.data;
  return { leaseId, account: data.service_account_name, token: new Secret(data.service_account_token), seconds };
}

/**
 * Revokes a lease. With `sync`, Vault answers after it has deleted the objects of the lease in the target. Idempotent:
 * Vault accepts the id of a lease that has already ended.
 */
export async function revokeReadLease(vault: VaultRequester, leaseId: string): Promise<void> {
  await vault.request('PUT', `sys/leases/revoke/${leaseId}`, { sync: true });
}

/** Returns an error without any part of the response, because the response may contain a token. */
function invalidResponse(cluster: string): AirlockError {
  const mount = readMount(cluster);
  return new AirlockError({
    code: 'vault-response-invalid',
    message: `Vault's mount ${mount} answered without a valid credential: check that the mount has the type kubernetes`,
  });
}
