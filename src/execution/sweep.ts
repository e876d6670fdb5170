import { AirlockError } from '../lib/error.ts';
import type { Journal } from '../domain/ports.ts';
import type { Logger } from '../platform/telemetry.ts';
import { endLease } from './end-lease.ts';
import { note } from './append-record.ts';
import type { Claim, Grants, Ledger } from './ports.ts';

export interface SweepDeps {
  ledger: Ledger;
  grants: Grants;
  journal: Journal;
}

/** Revokes what earlier attempts of this execution left behind. Fails (retry) rather than leave a credential alive. */
export async function revokeLeftovers({ grants, journal }: Omit<SweepDeps, 'ledger'>, claim: Claim): Promise<void> {
  const leases = await claim.unrevoked();
  if (leases.length === 0) return;
  for (const lease of leases) await endLease(grants, lease);
  const record = await claim.record();
  const fact = `${leases.length} lease(s) of an earlier attempt of ${record.id} are revoked`;
  await note(journal, 'grant.revoked', record, { fact, body: { execution: record.id, leases: leases.length } });
  await claim.revoked();
}

/**
 * At start-up: revokes every lease that a crashed gateway left, and deletes the Vault roles that nobody works with.
 * Executions that another gateway works on are left alone. What cannot be cleaned up is logged, and tried again before
 * the execution's next attempt or at the next start.
 * @returns how many executions were cleaned up. @throws AirlockError (retry) when ledger or Vault cannot be asked.
 */
export async function sweep(deps: SweepDeps & { log: Logger; clusters: readonly { name: string }[] }): Promise<number> {
  let swept = 0;
  for (const { name: cluster } of deps.clusters) {
    const left = (await deps.ledger.unrevoked()).filter((lease) => lease.cluster === cluster);
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
      await using claim = await deps.ledger.claim(known);
      await revokeLeftovers(deps, claim);
      await endLease(deps.grants, found);
    } else {
      // Nothing is minted before the ledger knows the execution: this role is not the ledger's, so it is nobody's.
      await endLease(deps.grants, found);
    }
    deps.log.warn(found, 'swept a lease or role of an earlier run');
    return true;
  } catch (error) {
    if (!(error instanceof AirlockError)) throw error;
    deps.log.warn({ ...found, code: error.code }, `not swept: ${error.message}`);
    return false;
  }
}
