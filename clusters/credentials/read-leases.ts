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
   * Calls Vault with the identity of `observe`. On the mounts of read leases, this identity may only request and revoke
   * leases.
   */
  vault: VaultRequester;
  /** The table of leases that are not revoked yet. It survives a crash. */
  records: LeaseRecords;
  journal: Journal;
  registry: ClusterRegistry;
  connect: (access: { url: string; ca: string; token: Secret }) => ClusterReader & Disposable;
  /**
   * The current time in milliseconds. If somebody sets this clock back, `reader` replaces a lease too late. Leases
   * still end in time, because `close` and Vault do not use this clock.
   */
  now: () => number;
}

/** Issues read leases and revokes them. Can also revoke the leases that a crash left behind. */
export interface RecoverableReadLeases extends ReadLeases {
  /**
   * Revokes every lease in `records`: the leases of a process that crashed. The tokens of these leases were only in the
   * memory of that process, so nobody uses them any more. Call `sweep` once, before the first call of `reader`. A later
   * `sweep` would also revoke the leases of this process. `failed` has one sentence for each lease that could not be
   * revoked.
   */
  sweep(): Promise<{ revoked: number; failed: string[] }>;
}

type LeaseKey = Pick<RecordedLease, 'cluster' | 'incident' | 'trace'>;

/** The leases of this process for one incident on one cluster. */
interface IncidentLeases {
  /** The reader of the newest lease. Undefined before the first lease. */
  reader?: Promise<ClusterReader>;
  /**
   * `ReadLeases.reader` returns this reader until this time (on the clock `now`). 0: this reader is unusable. Infinity:
   * Vault has not issued the lease yet.
   */
  usableUntil: number;
  /** The clients of all leases. A replaced client stays open, because an activity may still read with it. */
  clients: Disposable[];
}

/** An activity uses its reader for at most this time: the duration of the longest activity (verify), plus a margin. */
const activityMs = 180_000;

/**
 * Creates the issuer of read leases. All activities of an incident on one cluster share a lease. New activities get a
 * new lease soon before the lease expires, or after it was lost. A lease has the permissions of the target's
 * ClusterRole `airlock-reader`, which cannot read Secrets.
 */
export function createReadLeases(deps: ReadLeasesDeps): RecoverableReadLeases {
  const { records, registry, now } = deps;
  const leases = new Map<string, IncidentLeases>();

  const take = async (key: LeaseKey, entry: IncidentLeases): Promise<ClusterReader> => {
    const { url, ca } = registry.connection(key.cluster);
    const { leaseId, account, token, seconds } = await takeReadLease(deps.vault, key.cluster);
    try {
      await records.recordIssued({ ...key, leaseId, account });
      await journalIssued(deps.journal, key, { account, seconds });
    } catch (error) {
      // If the revocation fails too, the caller gets the error of the revocation: the lease is then still valid.
      await revokeReadLease(deps.vault, leaseId);
      throw error;
    }
    const client = deps.connect({ url, ca, token });
    entry.clients.push(client);
    entry.usableUntil = now() + seconds * 1000 - activityMs;
    return guardLease(client, () => (entry.usableUntil = 0));
  };
  const revoke = async (key: LeaseKey, recorded: RecordedLease[]): Promise<void> => {
    // Vault comes first: an unavailable journal must not keep a lease alive. The lease stays in `records` until Vault
    // and the journal have succeeded. If one of them fails, the next `close` or `sweep` repeats both.
    for (const { leaseId } of recorded) await revokeReadLease(deps.vault, leaseId);
    await journalRevoked(deps.journal, key, recorded);
    for (const { leaseId } of recorded) await records.recordRevoked(leaseId);
  };
  return {
    reader(key) {
      const entry = leases.get(nameOf(key)) ?? { usableUntil: 0, clients: [] };
      leases.set(nameOf(key), entry);
      if (entry.reader && entry.usableUntil > now()) return entry.reader;
      entry.usableUntil = Infinity; // concurrent calls wait for the same lease
      const taken = take(key, entry);
      taken.catch(() => (entry.usableUntil = 0));
      entry.reader = taken;
      return taken;
    },
    async close(key) {
      const entry = leases.get(nameOf(key));
      leases.delete(nameOf(key));
      await entry?.reader?.catch(() => undefined); // the caller of `reader` got the error
      for (const client of entry?.clients ?? []) client[Symbol.dispose]();
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
