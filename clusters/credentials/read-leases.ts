import type { Journal } from '../../src/domain/journal/ports.ts';
import type { LeaseRecords, RecordedLease } from '../../src/observation/lease-records.ts';
import type { ClusterReader, ReadLeases } from '../../src/observation/ports.ts';
import type { Secret } from '../../src/platform/secret.ts';
import type { VaultRequester } from '../../src/platform/vault/vault-client.ts';
import { guardLease } from './lease-guard.ts';
import { revokeReadLease, takeReadLease } from './read-lease.ts';
import type { ClusterRegistry } from '../registry.ts';

/** What the issuer of read leases needs. */
export interface ReadLeasesDeps {
  /**
   * Calls Vault with the identity of `observe`. On read mounts (the Vault mounts that issue read leases), the Vault
   * policy of `observe` allows only to request and revoke leases.
   */
  vault: VaultRequester;
  /** The table of leases that are not revoked yet. It survives a crash. */
  records: LeaseRecords;
  journal: Journal;
  registry: ClusterRegistry;
  connect: (access: { url: string; ca: string; token: Secret }) => ClusterReader & Disposable;
  /**
   * The current time in milliseconds. If the clock is set back, a lease is replaced too late. But every lease is
   * revoked in time, because the revocation does not depend on this clock.
   */
  now: () => number;
}

/** Issues and revokes read leases, including the leases that a crash left behind. */
export interface RecoverableReadLeases extends ReadLeases {
  /**
   * Revokes every lease that is recorded and not revoked. The tokens of these leases were only in the memory of the
   * process that crashed, so nobody uses the leases any more. Call `sweep` once, before the first call of `reader`,
   * because a later `sweep` would also revoke the leases of this process. `failed` has one sentence per lease that was
   * not revoked.
   */
  sweep(): Promise<{ revoked: number; failed: string[] }>;
}

type LeaseKey = Pick<RecordedLease, 'cluster' | 'incident' | 'trace'>;

/** The leases of this process for one incident on one cluster. */
interface IncidentLeases {
  /** The reader of the newest lease. Undefined before the first lease. */
  reader?: Promise<ClusterReader>;
  /**
   * The time, on the clock `now`, until which new calls get this reader. The value is 0 if the reader is unusable, and
   * infinite while the lease of the reader is requested.
   */
  usableUntil: number;
  /** The clients of all leases. A replaced client stays open, because an activity may still read with it. */
  clients: Disposable[];
}

/** The longest time for which one activity uses one reader. The verification takes longest; the value adds a margin. */
const activityMs = 180_000;

/**
 * Creates the issuer of read leases. An incident has one lease per cluster. All activities of the incident share the
 * lease. A new lease replaces the old one before the old one ends. A lease has the permissions of the ClusterRole
 * `airlock-reader` in the target. This ClusterRole does not allow to read Secrets.
 */
export function createReadLeases(deps: ReadLeasesDeps): RecoverableReadLeases {
  const { records, registry, now } = deps;
  const leases = new Map<string, IncidentLeases>();

  const take = async (key: LeaseKey, mine: IncidentLeases): Promise<ClusterReader> => {
    const { url, ca } = registry.connection(key.cluster);
    const { leaseId, account, token, seconds } = await takeReadLease(deps.vault, key.cluster);
    try {
      await records.recordIssued({ ...key, leaseId, account });
      await journalIssued(deps.journal, key, { account, seconds });
    } catch (error) {
      await revokeReadLease(deps.vault, leaseId); // if the revocation fails too, its error is thrown, because the lease is then still valid
      throw error;
    }
    const client = deps.connect({ url, ca, token });
    mine.clients.push(client);
    mine.usableUntil = now() + seconds * 1000 - activityMs;
    return guardLease(client, () => (mine.usableUntil = 0));
  };
  const revoke = async (key: LeaseKey, recorded: RecordedLease[]): Promise<void> => {
    // Vault comes first, so that an unavailable journal cannot keep a lease alive. A lease is recorded as revoked only
    // after Vault and the journal have succeeded. Until then both are repeated.
    for (const { leaseId } of recorded) await revokeReadLease(deps.vault, leaseId);
    await journalRevoked(deps.journal, key, recorded);
    for (const { leaseId } of recorded) await records.recordRevoked(leaseId);
  };
  return {
    reader(key) {
      const mine = leases.get(nameOf(key)) ?? { usableUntil: 0, clients: [] };
      leases.set(nameOf(key), mine);
      if (mine.reader && mine.usableUntil > now()) return mine.reader;
      mine.usableUntil = Infinity; // concurrent calls wait for the same lease
      const taken = take(key, mine);
      taken.catch(() => (mine.usableUntil = 0));
      mine.reader = taken;
      return taken;
    },
    async close(key) {
      const mine = leases.get(nameOf(key));
      leases.delete(nameOf(key));
      await mine?.reader?.catch(() => undefined); // the caller of `reader` got the error
      for (const client of mine?.clients ?? []) client[Symbol.dispose]();
      const recorded = await records.listUnrevoked(key);
      if (recorded.length > 0) await revoke(key, recorded);
    },
    async sweep() {
      const failed: string[] = [];
      const recorded = await records.listUnrevoked();
      for (const lease of recorded) {
        await revoke(lease, [lease]).catch((error: Error) => failed.push(`${lease.account}: ${error.message}`));
      }
      return { revoked: recorded.length - failed.length, failed };
    },
  };
}

function nameOf({ cluster, incident }: LeaseKey): string {
  return `${cluster} ${incident}`;
}

async function journalIssued(
  journal: Journal,
  { cluster, incident, trace }: LeaseKey,
  { account, seconds }: { account: string; seconds: number },
): Promise<void> {
  const message = `observe may read ${cluster}, without Secrets, as ServiceAccount ${account} for at most ${Math.round(seconds / 60)} min`;
  await journal.append({ kind: 'lease.issued', incident, trace, message, body: { cluster, account, seconds } });
}

async function journalRevoked(
  journal: Journal,
  { cluster, incident, trace }: LeaseKey,
  leases: readonly RecordedLease[],
): Promise<void> {
  const accounts = leases.map(({ account }) => account);
  const message = `observe may no longer read ${cluster}: the lease of ServiceAccount ${accounts.join(', ')} is revoked`;
  await journal.append({ kind: 'lease.revoked', incident, trace, message, body: { cluster, accounts } });
}
