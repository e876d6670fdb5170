import type { JournalRecord } from '../../src/domain/journal/journal.ts';
import { releaseBad } from '../../stack/shop/releases.ts';
import { approve } from '../approve.ts';
import { effectsOf } from '../audit.ts';
import { comparisonOf, differing } from '../comparison.ts';
import { untilCrashLoops } from './crash-loops.ts';
import { readDossier, tellRecord, type Story } from './story.ts';

const target = 'east';

/** A bad release crash-loops; undoing it is rehearsed, approved by the lead, executed, verified. */
export const storyA: Story = {
  id: 'A',
  title: 'a bad release crash-loops in east and is undone',
  async tell(stage, tell) {
    const since = new Date();
    await releaseBad(stage.admin(target));
    await untilCrashLoops(stage, target, 'web');
    tell('bad release', 'new pods of shop/web are in CrashLoopBackOff; the old ones still serve');
    await stage.alert(target, {
      labels: { alertname: 'KubePodCrashLooping', namespace: 'shop', deployment: 'web', severity: 'critical' },
      annotations: { summary: 'pods of shop/web crash-loop' },
      startsAt: since.toISOString(),
    });
    const { id } = await stage.incidentOf(target, since, 'KubePodCrashLooping');
    const decided: Promise<void>[] = [];
    const records = await stage.follow(id, (record) => {
      tellRecord(tell, record);
      if (record.kind === 'dossier.offered')
        decided.push(approve(stage, tell, { incident: id, reason: 'the bad release is ours; take it back' }));
    });
    await Promise.all(decided);
    const { outcome: ending, dossier } = await stage.api.incident(id);
    const outcome = ending?.outcome ?? 'open';
    const comparison = dossier ? comparisonOf(records, await readDossier(stage, id, dossier.digest)) : [];
    const kinds = records.map(({ kind }) => kind);
    const done = await effectsOf(stage.auditLog(target), since, 'undo-rollout');
    tell('audit log', `of the target: ${done.length} write by the minted identity (${done.join(', ')})`);
    return {
      outcome,
      comparison,
      missing: [
        ...(outcome === 'repaired' ? [] : [`the incident ended as ${outcome}`]),
        ...(kinds.includes('door.rehearsed') ? [] : ['no rehearsal at the door']),
        ...(kinds.includes('grant.revoked') ? [] : ['the grant was not revoked']),
        ...(refusedCalls(records) > 0 ? [] : ['no forbidden call was tried with the grant and refused']),
        ...differing(comparison),
        ...(done.length === 1 ? [] : [`${done.length} writes by the minted identity instead of one`]),
      ],
    };
  },
};

function refusedCalls(records: readonly JournalRecord[]): number {
  const minted = records.find(({ kind }) => kind === 'grant.minted')?.body as { refused?: string[] } | undefined;
  return minted?.refused?.length ?? 0;
}
