import { AirlockError } from '../lib/error.ts';
import { omitUndefined } from '../lib/omit-undefined.ts';
import { plural } from '../lib/plural.ts';
import type { Journal } from '../domain/journal/ports.ts';
import type { Logger } from '../platform/logger.ts';
import { endLease } from './end-lease.ts';
import { appendRecord } from './append-record.ts';
import type { Attempt, Ledger } from './ledger-ports.ts';
import type { Grants } from './ports.ts';
import { isAttack, logAttack } from './reconcile.ts';

/** What `sweep` needs from outside, besides the log and the clusters. */
export interface SweepDeps {
  ledger: Ledger;
  grants: Grants;
  journal: Journal;
  log: Logger;
}

/**
 * Revokes the leases that earlier attempts of the execution left.
 * @throws AirlockError `revocation-failed` (retry) if a credential may still be valid, and the errors of ledger and
 * journal.
 */
export async function revokeLeftovers(
  { grants, journal }: { grants: Grants; journal: Journal },
  attempt: Attempt,
): Promise<void> {
  const record = await attempt.record();
  const leases = record.leases.filter(({ revokedAt }) => revokedAt === undefined);
  if (leases.length === 0) return;
  for (const { cluster, execution, leaseId } of leases) {
    await endLease(grants, omitUndefined({ cluster, execution, leaseId }));
  }
  const message = `revoked ${plural(leases.length, 'grant')} that earlier attempts of ${record.id} left`;
  await appendRecord(journal, 'grant.revoked', record, {
    message,
    body: { execution: record.id, leases: leases.length },
  });
  await attempt.markRevoked();
}

/**
 * Revokes the leases and deletes the Vault roles that an earlier gateway process left. Runs when the gateway starts. If
 * the removal fails for one execution, `sweep` logs a warning and continues with the next execution. For example, an
 * attempt may still hold the execution lock. The next attempt of that execution, or the next start of the gateway,
 * tries again.
 * @returns the number of executions whose leases and Vault roles were removed.
 * @throws AirlockError if the leases in the ledger or the roles in Vault cannot be listed.
 */
export async function sweep(deps: SweepDeps & { clusters: readonly { name: string }[] }): Promise<number> {
  let swept = 0;
  for (const { name: cluster } of deps.clusters) {
    const leases = (await deps.ledger.executionsWithLeases()).filter((lease) => lease.cluster === cluster);
    const withRole = await deps.grants.executionsWithRole(cluster);
    for (const execution of new Set([...leases.map((lease) => lease.execution), ...withRole])) {
      if (await sweepOne(deps, { execution, cluster })) swept += 1;
    }
  }
  return swept;
}

interface Found {
  execution: string;
  cluster: string;
}

async function sweepOne(deps: SweepDeps, found: Found): Promise<boolean> {
  try {
    await revokeRecorded(deps, found);
    // Revokes the leases that only Vault knows, and deletes the Vault role.
    await endLease(deps.grants, found);
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

/**
 * Revokes the leases that the ledger has about an execution. Does nothing if the ledger does not contain the execution:
 * the gateway writes each execution to the ledger before it mints the grant, so no running execution uses the leases. If
 * somebody else has changed the ledger, logs the attack and does nothing, because Vault knows every lease.
 */
async function revokeRecorded(deps: SweepDeps, { execution }: Found): Promise<void> {
  try {
    await using lock = await deps.ledger.lock(execution);
    if (lock.earlier) await revokeLeftovers(deps, await lock.begin(lock.earlier));
  } catch (error) {
    if (!isAttack(error)) throw error;
    logAttack(deps.log, { execution, problem: error.message });
  }
}
