import { AirlockError } from '../lib/error.ts';
import { plural } from '../lib/plural.ts';
import type { Journal } from '../domain/journal/ports.ts';
import type { Logger } from '../platform/logger.ts';
import { endLease } from './end-lease.ts';
import { appendRecord } from './append-record.ts';
import type { ExecutionLock, Grants, Ledger } from './ports.ts';

/** What revoking leases needs from outside. */
export interface SweepDeps {
  ledger: Ledger;
  grants: Grants;
  journal: Journal;
}

/**
 * Revokes the leases of earlier attempts of this execution.
 * @throws AirlockError `revocation-failed` (retry) when a credential may still be valid.
 */
export async function revokeLeftovers(
  { grants, journal }: Omit<SweepDeps, 'ledger'>,
  lock: ExecutionLock,
): Promise<void> {
  const leases = await lock.unrevokedLeases();
  if (leases.length === 0) return;
  for (const lease of leases) await endLease(grants, lease);
  const record = await lock.record();
  const message = `revoked ${plural(leases.length, 'grant')} of an earlier attempt of ${record.id}`;
  await appendRecord(journal, 'grant.revoked', record, {
    message,
    body: { execution: record.id, leases: leases.length },
  });
  await lock.markRevoked();
}

/**
 * Revokes the leases and deletes the Vault roles that a crashed gateway left. Runs when the gateway starts. If an
 * execution's lock is held, or a removal fails, this execution is skipped with a warning in the log. The next attempt
 * of the execution, or the next start of the gateway, tries again.
 * @returns the number of executions whose leases and roles were removed.
 * @throws AirlockError when the leases in the ledger or the roles in Vault cannot be listed.
 */
export async function sweep(deps: SweepDeps & { log: Logger; clusters: readonly { name: string }[] }): Promise<number> {
  let swept = 0;
  for (const { name: cluster } of deps.clusters) {
    const left = (await deps.ledger.unrevokedLeases()).filter((lease) => lease.cluster === cluster);
    const withRole = await deps.grants.executionsWithRole(cluster);
    for (const execution of new Set([...left.map((lease) => lease.execution), ...withRole])) {
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
      await endLease(deps.grants, found);
    } else {
      // The ledger does not know this execution. Every execution is in the ledger before its credential is minted, so
      // no execution uses this role.
      await endLease(deps.grants, found);
    }
    deps.log.warn(found, 'removed a lease or a Vault role that an earlier run of the gateway had left');
    return true;
  } catch (error) {
    if (!(error instanceof AirlockError)) throw error;
    deps.log.warn(
      { ...found, code: error.code },
      `could not remove a lease or a Vault role that an earlier run of the gateway had left: ${error.message}`,
    );
    return false;
  }
}
