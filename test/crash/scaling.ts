import { decide } from '../../demo/decide.ts';
import { poll } from '../../demo/stage.ts';
import type { JournalRecord, RecordKind } from '../../src/domain/journal/journal.ts';
import { patchDeployment, readDeployment } from '../loop/changes.ts';
import { target, type CrashStack } from './crash-stack.ts';

/** One incident that scales a workload up, followed in the database, because whoever else could be asked may be dead. */
export interface Scaling {
  /** What is written on the target, in the words of its audit log. */
  object: string;
  since: Date;
  /** Sends the alert. */
  begin(): Promise<void>;
  records(): Promise<JournalRecord[]>;
  /** Returns when a record of that kind stands in the journal. */
  has(kind: RecordKind): Promise<void>;
  /** A person approves as soon as they can, again and again until that is on record. */
  approve(): Promise<void>;
  /** Takes the change back as its owner would, for the next incident. */
  reset(): Promise<void>;
}

const workload = 'mail';
const withinMs = 180_000;

/** An incident that has not begun. */
export function scalingOf({ booted, gates }: CrashStack): Scaling {
  const since = new Date();
  const { stage } = booted;
  const labels = { alertname: 'ShopHighLoad', namespace: 'shop', deployment: workload };
  const records = (): Promise<JournalRecord[]> =>
    gates.query<JournalRecord>('SELECT * FROM journal WHERE at >= $1 ORDER BY seq', [since]).catch(() => []); // the database is not up again yet
  const has = async (kind: RecordKind): Promise<void> => {
    const found = async (): Promise<true | undefined> =>
      (await records()).some((record) => record.kind === kind) || undefined;
    await poll(`${kind} in the journal`, found, withinMs);
  };
  const tryToApprove = async (): Promise<true | undefined> => {
    const all = await records();
    if (all.some(({ kind }) => kind === 'decision.admitted')) return true;
    const offered = all.findLast(({ kind }) => kind === 'dossier.offered');
    if (!offered) return undefined;
    const { digest } = JSON.parse(offered.body as string) as { digest: string };
    const user = stage.user('lea');
    const reason = 'more room, whatever dies meanwhile';
    await decide(stage, { verb: 'approve', incident: offered.incident, dossier: digest, reason, user }).catch(
      () => undefined, // what was to answer is dead: the person tries again
    );
    return undefined;
  };
  return {
    object: `deployments/scale shop/${workload}`,
    since,
    records,
    has,
    async begin() {
      const status = await stage.alert(target, { labels, annotations: {}, startsAt: since.toISOString() });
      if (status !== 202) throw new Error(`the alert was answered with ${status}`);
    },
    async approve() {
      await poll('an approval on record', tryToApprove, withinMs);
    },
    async reset() {
      await patchDeployment(stage, target, workload, { spec: { replicas: 1 } });
      await poll('the workload as it was', async () => {
        const { status } = await readDeployment(stage, target, workload);
        return (status.replicas === 1 && status.readyReplicas === 1) || undefined;
      });
    },
  };
}
