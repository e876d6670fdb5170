import { AirlockError } from '../lib/error.ts';
import type { Grants, LeaseRecord } from './ports.ts';

/**
 * Revokes a lease and deletes its Vault role.
 * @throws AirlockError `revocation-failed` (retry). The credential may still be valid, so the execution gets no result
 * yet.
 */
export async function endLease(grants: Grants, lease: LeaseRecord): Promise<void> {
  try {
    await grants.revoke(lease);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `the grant of ${lease.execution} in ${lease.cluster} may still be valid (${why}): Airlock tries to revoke it again`;
    throw new AirlockError({ code: 'revocation-failed', message }, { cause });
  }
}
