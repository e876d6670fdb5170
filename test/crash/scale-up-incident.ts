import { decide } from '../../demo/decide.ts';
import { poll } from '../../demo/stack-client.ts';
import type { JournalRecord, RecordKind } from '../../src/domain/journal/journal.ts';
import { patchDeployment, readDeployment } from '../loop/changes.ts';
import { target, type CrashStack } from './crash-stack.ts';

/** One incident that scales a workload up. It is followed in the database, because every process may be dead. */
export interface ScaleUpIncident {
  /** The object that the incident changes, as `AuditedWrite` names it. */
  object: string;
  since: Date;
  /** Sends the alert. */
  begin(): Promise<void>;
  records(): Promise<JournalRecord[]>;
  /** Resolves when the journal has a record of that kind. */
  has(kind: RecordKind): Promise<void>;
  /** A person approves as soon as there is a dossier, and tries again until the approval is on record. */
  approve(): Promise<void>;
  /** Scales the workload back as its team would, for the next incident. */
  reset(): Promise<void>;
}

const workload = 'mail';
const withinMs = 180_000;

/** Prepares an incident. `begin` starts it. */
export function scaleUpIncident({ booted, gates }: CrashStack): ScaleUpIncident {
  const since = new Date();
  const { client } = booted;
  const labels = { alertname: 'ShopHighLoad', namespace: 'shop', deployment: workload };
  const records = (): Promise<JournalRecord[]> =>
    gates.query<JournalRecord>('SELECT * FROM journal WHERE at >= $1 ORDER BY seq', [since]).catch(() => []); // the database is not up again yet
  const has = async (kind: RecordKind): Promise<void> => {
    const found = async (): Promise<boolean> => (await records()).some((record) => record.kind === kind);
    await poll(`${kind} in the journal`, found, withinMs);
  };
  const tryToApprove = async (): Promise<boolean> => {
    const all = await records();
    if (all.some(({ kind }) => kind === 'decision.admitted')) return true;
    const offered = all.findLast(({ kind }) => kind === 'dossier.offered');
    if (!offered) return false;
    const { digest } = JSON.parse(offered.body as string) as { digest: string };
    const user = client.user('lea');
    const reason = 'more room, whichever process dies';
    await decide(client, { verb: 'approve', incident: offered.incident, dossier: digest, reason, user }).catch(
      () => undefined, // serve or the provider is dead: the person tries again
    );
    return false;
  };
  return {
    object: `deployments/scale shop/${workload}`,
    since,
    records,
    has,
    async begin() {
      const status = await client.alert(target, { labels, annotations: {}, startsAt: since.toISOString() });
      if (status !== 202) throw new Error(`serve answered the alert with ${status}`);
    },
    async approve() {
      await poll('an approval on record', tryToApprove, withinMs);
    },
    async reset() {
      await patchDeployment(client, target, workload, { spec: { replicas: 1 } });
      await poll('the workload to have one ready pod again', async () => {
        const { status } = await readDeployment(client, target, workload);
        return status.replicas === 1 && status.readyReplicas === 1;
      });
    },
  };
}
