import type { Journal } from '../../src/domain/ports.ts';
import type { LeaseRecords, RecordedLease } from '../../src/observation/lease-records.ts';
import type { ClusterReader, ReadLeases } from '../../src/observation/ports.ts';
import type { Secret } from '../../src/platform/secret.ts';
import { guardLease } from './lease-guard.ts';
import { revokeReadLease, takeReadLease, type LeaseVault } from './read-lease.ts';
import type { ClusterRegistry } from '../registry.ts';

export interface ReadLeasesDeps {
  vault: LeaseVault;
  records: LeaseRecords;
  journal: Journal;
  registry: ClusterRegistry;
  connect: (access: { url: string; ca: string; token: Secret }) => ClusterReader & Disposable;
  /** Milliseconds; a clock that may be set back only replaces a lease too late, never revokes one too late. */
  now: () => number;
}

/** Read leases, and the broom for those that a crash left behind. */
export interface SweptReadLeases extends ReadLeases {
  /**
   * Revokes every recorded lease that is not known to be revoked. To be called once, before the first `reader`: no
   * token outlives its process, so whatever is recorded then is nobody's. `failed` has one sentence per lease.
   */
  sweep(): Promise<{ revoked: number; failed: string[] }>;
}

type LeaseOf = Pick<RecordedLease, 'cluster' | 'incident' | 'trace'>;

/** What this process holds for one incident on one cluster. */
interface Held {
  /** Of the last lease; undefined before the first. */
  reader?: Promise<ClusterReader>;
  usableUntil: number;
  /** Of every lease that was taken: an activity may still read with one that was replaced. */
  clients: Disposable[];
}

/** Longest time for which an activity reads without asking for its reader again (verification, with room to spare). */
const activityMs = 180_000;

/**
 * One lease per incident and cluster, shared by its activities, replaced when its end is near. What it may do is the
 * target owner's ClusterRole; no Secret is in it.
 */
export function createReadLeases(deps: ReadLeasesDeps): SweptReadLeases {
  const { records, registry, now } = deps;
  const held = new Map<string, Held>();

  const take = async (of: LeaseOf, mine: Held): Promise<ClusterReader> => {
    const { url, ca } = registry.connection(of.cluster);
    const { leaseId, account, token, seconds } = await takeReadLease(deps.vault, of.cluster);
    try {
      await records.opened({ ...of, leaseId, account });
      await journalOpened(deps.journal, of, { account, seconds });
    } catch (error) {
      await revokeReadLease(deps.vault, leaseId); // where this fails too, its error matters more
      throw error;
    }
    const client = deps.connect({ url, ca, token });
    mine.clients.push(client);
    mine.usableUntil = now() + seconds * 1000 - activityMs;
    return guardLease(client, () => (mine.usableUntil = 0));
  };
  const giveBack = async (of: LeaseOf, leases: RecordedLease[]): Promise<void> => {
    // Giving a right back needs nobody's leave, so the journal comes second here; a lease counts as closed only when
    // both are done, and until then all of it is done again.
    for (const { leaseId } of leases) await revokeReadLease(deps.vault, leaseId);
    await journalClosed(deps.journal, of, leases);
    for (const { leaseId } of leases) await records.closed(leaseId);
  };
  return {
    reader(of) {
      const mine = held.get(keyOf(of)) ?? { usableUntil: 0, clients: [] };
      held.set(keyOf(of), mine);
      if (mine.reader && mine.usableUntil > now()) return mine.reader;
      mine.usableUntil = Infinity; // whoever asks meanwhile waits for the same lease
      const taken = take(of, mine);
      taken.catch(() => (mine.usableUntil = 0));
      mine.reader = taken;
      return taken;
    },
    async close(of) {
      const mine = held.get(keyOf(of));
      held.delete(keyOf(of));
      await mine?.reader?.catch(() => undefined); // whoever asked for it has been told
      for (const client of mine?.clients ?? []) client[Symbol.dispose]();
      const leases = await records.open(of);
      if (leases.length > 0) await giveBack(of, leases);
    },
    async sweep() {
      const failed: string[] = [];
      const leases = await records.open();
      for (const lease of leases) {
        await giveBack(lease, [lease]).catch((error: Error) => failed.push(`${lease.account}: ${error.message}`));
      }
      return { revoked: leases.length - failed.length, failed };
    },
  };
}

function keyOf({ cluster, incident }: LeaseOf): string {
  return `${cluster} ${incident}`;
}

async function journalOpened(
  journal: Journal,
  { cluster, incident, trace }: LeaseOf,
  { account, seconds }: { account: string; seconds: number },
): Promise<void> {
  const fact = `reads ${cluster} as ${account}, without Secrets, for at most ${Math.round(seconds / 60)} min`;
  await journal.append({ kind: 'lease.opened', incident, trace, fact, body: { cluster, account, seconds } });
}

async function journalClosed(
  journal: Journal,
  { cluster, incident, trace }: LeaseOf,
  leases: readonly RecordedLease[],
): Promise<void> {
  const accounts = leases.map(({ account }) => account);
  const fact = `no longer reads ${cluster}: revoked ${accounts.join(', ')}`;
  await journal.append({ kind: 'lease.closed', incident, trace, fact, body: { cluster, accounts } });
}
