import { AirlockError } from '../lib/error.ts';
import type { Grants, LeaseRecord } from './ports.ts';

/**
 * Revokes a lease and deletes the Vault role of its execution. If the lease id is unknown, revokes all leases of the
 * execution.
 * @throws AirlockError `revocation-failed` (retry).
 */
export async function endLease(grants: Grants, lease: LeaseRecord): Promise<void> {
  try {
    await grants.revoke(lease);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `could not revoke the grant of ${lease.execution} in ${lease.cluster} (${why}). The grant may still be valid; the gateway will try again`;
    throw new AirlockError({ code: 'revocation-failed', message }, { cause });
  }
}
