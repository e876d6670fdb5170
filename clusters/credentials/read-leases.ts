import type { Journal } from '../../src/domain/journal/ports.ts';
import type { LeaseRecords, RecordedLease } from '../../src/observation/lease-records.ts';
import type { ClusterReader, ReadLeases } from '../../src/observation/ports.ts';
import type { Secret } from '../../src/platform/secret.ts';
import type { VaultRequester } from '../../src/platform/vault/vault-client.ts';
import { guardLease } from './lease-guard.ts';
import { revokeReadLease, takeReadLease } from './read-lease.ts';
import type { ClusterRegistry } from '../registry.ts';

export interface ReadLeasesDeps {
  /** Under the identity of `observe`, which may do nothing else on read mounts. */
  vault: VaultRequester;
  records: LeaseRecords;
  journal: Journal;
  registry: ClusterRegistry;
  connect: (access: { url: string; ca: string; token: Secret }) => ClusterReader & Disposable;
  /** Milliseconds. A clock that is set back replaces a lease too late, and never revokes one too late. */
  now: () => number;
}

/** Read leases, and the revocation of those that a crash left behind. */
export interface RecoverableReadLeases extends ReadLeases {
  /**
   * Revokes every recorded lease without a recorded revocation. Call it once, before the first `reader`: a token does not
   * outlive its process, so nobody uses those leases any more. `failed` has one sentence per lease.
   */
  sweep(): Promise<{ revoked: number; failed: string[] }>;
}

type LeaseKey = Pick<RecordedLease, 'cluster' | 'incident' | 'trace'>;

/** The leases of this process for one incident on one cluster. */
interface IncidentLeases {
  /** Of the newest lease; undefined before the first. */
  reader?: Promise<ClusterReader>;
  usableUntil: number;
  /** Of every lease: an activity may still read with one that was replaced. */
  clients: Disposable[];
}

/** Longest time for which an activity reads with one reader: verification, with a margin. */
const activityMs = 180_000;

/**
 * One lease per incident and cluster, shared by the incident's activities and replaced before it ends. Its rights are the
 * ClusterRole `airlock-reader` of the target, which contains no Secrets.
 */
export function createReadLeases(deps: ReadLeasesDeps): RecoverableReadLeases {
  const { records, registry, now } = deps;
  const leases = new Map<string, IncidentLeases>();

  const take = async (key: LeaseKey, mine: IncidentLeases): Promise<ClusterReader> => {
    const { url, ca } = registry.connection(key.cluster);
    const { leaseId, account, token, seconds } = await takeReadLease(deps.vault, key.cluster);
    try {
      await records.opened({ ...key, leaseId, account });
      await journalOpened(deps.journal, key, { account, seconds });
    } catch (error) {
      await revokeReadLease(deps.vault, leaseId); // if this fails too, its error matters more
      throw error;
    }
    const client = deps.connect({ url, ca, token });
    mine.clients.push(client);
    mine.usableUntil = now() + seconds * 1000 - activityMs;
    return guardLease(client, () => (mine.usableUntil = 0));
  };
  const revoke = async (key: LeaseKey, recorded: RecordedLease[]): Promise<void> => {
    // The journal comes second, so that an unavailable journal cannot keep a right alive. A lease is recorded as closed
    // only after both; until then both are repeated.
    for (const { leaseId } of recorded) await revokeReadLease(deps.vault, leaseId);
    await journalClosed(deps.journal, key, recorded);
    for (const { leaseId } of recorded) await records.closed(leaseId);
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
      const recorded = await records.open(key);
      if (recorded.length > 0) await revoke(key, recorded);
    },
    async sweep() {
      const failed: string[] = [];
      const recorded = await records.open();
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

async function journalOpened(
  journal: Journal,
  { cluster, incident, trace }: LeaseKey,
  { account, seconds }: { account: string; seconds: number },
): Promise<void> {
  const message = `reads ${cluster} as ${account}, without Secrets, for at most ${Math.round(seconds / 60)} min`;
  await journal.append({ kind: 'lease.issued', incident, trace, message, body: { cluster, account, seconds } });
}

async function journalClosed(
  journal: Journal,
  { cluster, incident, trace }: LeaseKey,
  leases: readonly RecordedLease[],
): Promise<void> {
  const accounts = leases.map(({ account }) => account);
  const message = `no longer reads ${cluster}: revoked ${accounts.join(', ')}`;
  await journal.append({ kind: 'lease.revoked', incident, trace, message, body: { cluster, accounts } });
}
