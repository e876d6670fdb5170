import type { Journal } from '../../src/domain/journal/ports.ts';
import type { ReadLeaseRecords, ReadLeaseRecord } from '../../src/observation/lease-records.ts';
import type { ClusterReader, ReadLeases } from '../../src/observation/ports.ts';
import type { Secret } from '../../src/platform/secret.ts';
import type { VaultRequester } from '../../src/platform/vault/vault-client.ts';
import { guardLease } from './lease-guard.ts';
import { revokeReadLease, takeReadLease } from './read-lease.ts';
import type { ClusterRegistry } from '../registry.ts';

/** What the issuer of read leases needs. */
export interface ReadLeasesDeps {
  /** Calls Vault with the identity of `observe`. */
  vault: VaultRequester;
  /** The database of issued leases and their revocations. The records survive a crash of this process. */
  records: ReadLeaseRecords;
  journal: Journal;
  registry: ClusterRegistry;
  /** Creates a client of one API server. The client authenticates with `token`. */
  connect: (access: { url: string; ca: string; token: Secret }) => ClusterReader & Disposable;
  /**
   * The current time in milliseconds. If somebody sets this clock back, `reader` may return the reader of an expired
   * lease. Vault ends every lease by its own clock.
   */
  now: () => number;
}

/** Issues read leases and revokes them. Can also revoke the leases that a crash left behind. */
export interface RecoverableReadLeases extends ReadLeases {
  /**
   * Revokes every lease that is not recorded as revoked. Call `sweep` once, at the start of the process: a later call
   * would also revoke the leases of this process. An earlier process kept its tokens only in memory, so nobody can use
   * its leases any more.
   * @returns `revoked`: the number of leases that are now recorded as revoked. `failed`: one text for each other lease,
   * with the ServiceAccount and the error.
   */
  sweep(): Promise<{ revoked: number; failed: string[] }>;
}

/** What a lease is for: one incident on one cluster. `trace` is the trace of the incident; only records contain it. */
type LeasePurpose = Pick<ReadLeaseRecord, 'cluster' | 'incident' | 'trace'>;

/** The leases that this process has taken for one incident on one cluster. */
interface IncidentLeases {
  /** The reader of the newest lease. Undefined before the first lease. */
  reader?: Promise<ClusterReader>;
  /**
   * New activities get `reader` until this time (by the clock `now`). 0: `reader` is missing or no longer usable.
   * Infinity: Vault has not issued the newest lease yet.
   */
  usableUntil: number;
  /** The clients of all these leases. A replaced client stays open, because an activity may still read with it. */
  clients: Disposable[];
}

/**
 * A lease that expires sooner than this is not given to a new activity. The longest reads are those of the activity
 * `verify`: 60 s by default.
 */
const minRemainingMs = 180_000;

/**
 * Creates the issuer of read leases. All activities of an incident on one cluster share a lease. If the shared lease is
 * lost or expires soon, the next activity takes a new one. The permissions of a lease are those of the target's
 * ClusterRole `airlock-reader`: they do not include Secrets.
 */
export function createReadLeases(deps: ReadLeasesDeps): RecoverableReadLeases {
  const { records, registry, now } = deps;
  const leases = new Map<string, IncidentLeases>();

  const take = async (purpose: LeasePurpose, entry: IncidentLeases): Promise<ClusterReader> => {
    const { url, ca } = registry.connection(purpose.cluster);
    const { leaseId, account, token, seconds } = await takeReadLease(deps.vault, purpose.cluster);
    try {
      await records.recordIssued({ ...purpose, leaseId, account });
      await journalIssued(deps.journal, purpose, { account, seconds });
    } catch (error) {
      // If this revocation fails too, the caller gets the error of the revocation, because the lease is still valid.
      await revokeReadLease(deps.vault, leaseId);
      throw error;
    }
    const client = deps.connect({ url, ca, token });
    entry.clients.push(client);
    entry.usableUntil = now() + seconds * 1000 - minRemainingMs;
    return guardLease(client, () => (entry.usableUntil = 0));
  };
  const revoke = async (purpose: LeasePurpose, unrevoked: ReadLeaseRecord[]): Promise<void> => {
    // Vault comes first: an unavailable journal must not keep a lease alive. If a step fails, the leases are not
    // recorded as revoked. The next `close` or `sweep` then repeats all steps.
    for (const { leaseId } of unrevoked) await revokeReadLease(deps.vault, leaseId);
    await journalRevoked(deps.journal, purpose, unrevoked);
    for (const { leaseId } of unrevoked) await records.recordRevoked(leaseId);
  };
  return {
    reader(purpose) {
      const entry = leases.get(mapKey(purpose)) ?? { usableUntil: 0, clients: [] };
      leases.set(mapKey(purpose), entry);
      if (entry.reader && entry.usableUntil > now()) return entry.reader;
      entry.usableUntil = Infinity; // concurrent calls wait for the same lease
      const taken = take(purpose, entry);
      taken.catch(() => (entry.usableUntil = 0));
      entry.reader = taken;
      return taken;
    },
    async close(purpose) {
      const entry = leases.get(mapKey(purpose));
      leases.delete(mapKey(purpose));
      await entry?.reader?.catch(() => undefined); // the caller of `reader` got the error
      for (const client of entry?.clients ?? []) client[Symbol.dispose]();
      const unrevoked = await records.listUnrevoked(purpose);
      if (unrevoked.length > 0) await revoke(purpose, unrevoked);
    },
    async sweep() {
      const failed: string[] = [];
      const unrevoked = await records.listUnrevoked();
      for (const lease of unrevoked) {
        await revoke(lease, [lease]).catch((error: Error) => failed.push(`${lease.account}: ${error.message}`));
      }
      return { revoked: unrevoked.length - failed.length, failed };
    },
  };
}

function mapKey({ cluster, incident }: LeasePurpose): string {
  return `${cluster} ${incident}`;
}

async function journalIssued(
  journal: Journal,
  { cluster, incident, trace }: LeasePurpose,
  { account, seconds }: { account: string; seconds: number },
): Promise<void> {
  const minutes = Math.round(seconds / 60);
  const message = `observe may read ${cluster} except Secrets for at most ${minutes} min as ServiceAccount ${account}`;
  await journal.append({ kind: 'lease.issued', incident, trace, message, body: { cluster, account, seconds } });
}

async function journalRevoked(
  journal: Journal,
  { cluster, incident, trace }: LeasePurpose,
  leases: readonly ReadLeaseRecord[],
): Promise<void> {
  const accounts = leases.map(({ account }) => account);
  const revoked = accounts.map((account) => `the read lease of ServiceAccount ${account}`);
  const message = `revoked on ${cluster}: ${revoked.join(', ')}`;
  await journal.append({ kind: 'lease.revoked', incident, trace, message, body: { cluster, accounts } });
}
