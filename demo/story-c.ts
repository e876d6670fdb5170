import type { JournalRecord } from '../src/domain/journal.ts';
import { effectsOf } from './audit.ts';
import { carry } from './carry.ts';
import { comparisonOf, differing } from './comparison.ts';
import { decide } from './decide.ts';
import { hangPod } from './hang-pod.ts';
import { poll, type Stage } from './stage.ts';
import { readDossier, tellRecord, type Story, type Tell } from './story.ts';

const target = 'west';
const reason = 'the pod has hung long enough';

/** A restart is never taken back, so it needs two people of two groups, by whichever doors they come. */
export const storyC: Story = {
  id: 'C',
  title: 'a restart in west, which nothing takes back, needs two people of two groups',
  async tell(stage, tell) {
    const since = new Date();
    const pod = await hangPod(stage, target, 'cart');
    tell('hangs', `pod ${pod} of shop/cart is not ready, and nothing says why`);
    await stage.alert(target, {
      labels: { alertname: 'KubePodNotReady', namespace: 'shop', deployment: 'cart', severity: 'warning' },
      annotations: { summary: `pod ${pod} is not ready` },
      startsAt: since.toISOString(),
    });
    const { id } = await stage.incidentOf(target, since, 'KubePodNotReady');
    const asked: Promise<string[]>[] = [];
    const records = await stage.follow(id, (record) => {
      tellRecord(tell, record);
      if (record.kind === 'dossier.offered') asked.push(askPeople(stage, id, tell));
    });
    const { outcome: ending, dossier } = await stage.api.incident(id);
    const outcome = ending?.outcome ?? 'open';
    const comparison = dossier ? comparisonOf(records, await readDossier(stage, id, dossier.digest)) : [];
    const done = await effectsOf(stage.auditLog(target), since, 'restart-workload');
    tell('audit log', `of the target: ${done.length} write by the minted identity`);
    return {
      outcome,
      comparison,
      missing: [
        ...(outcome === 'repaired' ? [] : [`the incident ended as ${outcome}: ${ending?.reason ?? ''}`]),
        ...(asked.length > 0 ? (await Promise.all(asked)).flat() : ['nobody was asked']),
        ...(proofsBeforeExecution(records) === 4 ? [] : ['it was executed before both groups had said yes']),
        ...differing(comparison),
        ...(done.length === 1 ? [] : [`${done.length} writes by the minted identity instead of one`]),
      ],
    };
  },
};

/**
 * Sam approves, and once more by Temporal's own program; Tom is of Sam's group; Lea is of another one.
 * @returns what should not have been.
 */
async function askPeople(stage: Stage, incident: string, tell: Tell): Promise<string[]> {
  const digest = (await stage.api.incident(incident)).dossier?.digest ?? '';
  const approve = async (name: string, why: string, proofOnly = false): ReturnType<typeof decide> => {
    const asked = {
      verb: 'approve',
      incident,
      dossier: digest,
      reason: why,
      user: stage.user(name),
      proofOnly,
    } as const;
    const printed = await decide(stage, asked);
    if (printed.code !== 0) throw new Error(`airlock approve of ${name} ended with ${printed.code}: ${printed.text}`);
    return printed;
  };
  const again = async (): Promise<void> => {
    const { code, text } = await carry(stage, 'signal', await approve('sam', `${reason}; once more`, true));
    if (code !== 0) throw new Error(`temporal workflow signal ended with ${code}: ${text}`);
  };
  await approve('sam', reason);
  await Promise.all([again(), approve('tom', reason)]);
  await poll('the signal to be admitted', async () => (await proofs(stage, incident)) === 3 || undefined);
  const soon = (await stage.api.journal(incident)).some(({ kind }) => kind === 'execution.prepared');
  tell('still waits', 'three proofs of two people of one group are one voice: another group has to agree');
  await approve('lea', `${reason}; I agree`);
  return soon ? ['one group was enough'] : [];
}

async function proofs(stage: Stage, incident: string): Promise<number> {
  return (await stage.api.journal(incident)).filter(({ kind }) => kind === 'decision.admitted').length;
}

function proofsBeforeExecution(records: readonly JournalRecord[]): number {
  const prepared = records.findIndex(({ kind }) => kind === 'execution.prepared');
  return records.slice(0, Math.max(0, prepared)).filter(({ kind }) => kind === 'decision.admitted').length;
}
