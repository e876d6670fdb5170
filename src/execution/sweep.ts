import { AirlockError } from '../lib/error.ts';
import { plural } from '../lib/plural.ts';
import type { Journal } from '../domain/journal/ports.ts';
import type { Logger } from '../platform/logger.ts';
import { endLease } from './end-lease.ts';
import { appendRecord } from './append-record.ts';
import type { ExecutionLock, Grants, Ledger } from './ports.ts';

/** What `sweep` needs from outside, besides the log and the clusters. */
export interface SweepDeps {
  ledger: Ledger;
  grants: Grants;
  journal: Journal;
}

/**
 * Revokes the leases that earlier attempts of the locked execution left.
 * @throws AirlockError `revocation-failed` (retry) if a credential may still be valid, and the errors of ledger and
 * journal.
 */
export async function revokeLeftovers(
  { grants, journal }: Omit<SweepDeps, 'ledger'>,
  lock: ExecutionLock,
): Promise<void> {
  const leases = await lock.unrevokedLeases();
  if (leases.length === 0) return;
  for (const lease of leases) await endLease(grants, lease);
  const record = await lock.record();
  const message = `revoked ${plural(leases.length, 'grant')} that earlier attempts of ${record.id} left`;
  await appendRecord(journal, 'grant.revoked', record, {
    message,
    body: { execution: record.id, leases: leases.length },
  });
  await lock.markRevoked();
}

/**
 * Revokes the leases and deletes the Vault roles that an earlier gateway process left. Runs when the gateway starts. If
 * the removal fails for one execution, `sweep` logs a warning and continues with the next execution. For example, an
 * attempt may still hold the execution lock. The next attempt of that execution, or the next start of the gateway,
 * tries again.
 * @returns the number of executions whose leases and Vault roles were removed.
 * @throws AirlockError if the leases in the ledger or the roles in Vault cannot be listed.
 */
export async function sweep(deps: SweepDeps & { log: Logger; clusters: readonly { name: string }[] }): Promise<number> {
  let swept = 0;
  for (const { name: cluster } of deps.clusters) {
    const leases = (await deps.ledger.unrevokedLeases()).filter((lease) => lease.cluster === cluster);
    const withRole = await deps.grants.executionsWithRole(cluster);
    for (const execution of new Set([...leases.map((lease) => lease.execution), ...withRole])) {
      if (await sweepOne(deps, { execution, cluster })) swept += 1;
    }
  }
  return swept;
}

async function sweepOne(
  deps: SweepDeps & { log: Logger },
  found: { execution: string; cluster: string },
): Promise<boolean> {
  try {
    const known = await deps.ledger.find(found.execution);
    if (known) {
      await using lock = await deps.ledger.acquire(known);
      await revokeLeftovers(deps, lock);
      // Revokes the leases that only Vault knows, and deletes the Vault role.
      await endLease(deps.grants, found);
    } else {
      // The ledger does not contain this execution. The gateway writes each execution to the ledger before it mints the
      // grant. So no running execution uses this Vault role, and no lock is needed.
      await endLease(deps.grants, found);
    }
    deps.log.warn(found, 'removed a lease or a Vault role that an earlier gateway process had left');
    return true;
  } catch (error) {
    if (!(error instanceof AirlockError)) throw error;
    deps.log.warn(
      { ...found, code: error.code },
      `could not remove a lease or a Vault role that an earlier gateway process had left: ${error.message}`,
    );
    return false;
  }
}
