import type { JournalRecord } from '../../src/domain/journal/journal.ts';
import { plural } from '../../src/lib/plural.ts';
import { releaseBad } from '../../stack/shop/releases.ts';
import { approve } from '../approve.ts';
import { effectsOf } from '../audit.ts';
import { comparisonOf, differing } from '../comparison.ts';
import { untilCrashLoops } from './crash-loops.ts';
import { readDossier, printRecord, type Story } from './story.ts';

const target = 'east';

/**
 * A bad release crash-loops. Airlock rehearses a rollback. The lead approves it, and Airlock executes and verifies it.
 */
export const storyA: Story = {
  id: 'A',
  title: 'a bad release crash-loops in east and is undone',
  async run(client, print) {
    const since = new Date();
    await releaseBad(client.admin(target));
    await untilCrashLoops(client, target, 'web');
    print('bad release', 'new pods of shop/web are in CrashLoopBackOff; the old ones still serve');
    await client.alert(target, {
      labels: { alertname: 'KubePodCrashLooping', namespace: 'shop', deployment: 'web', severity: 'critical' },
      annotations: { summary: 'pods of shop/web crash-loop' },
      startsAt: since.toISOString(),
    });
    const { id } = await client.incidentOf(target, since, 'KubePodCrashLooping');
    const decided: Promise<void>[] = [];
    const records = await client.follow(id, (record) => {
      printRecord(print, record);
      if (record.kind === 'dossier.offered')
        decided.push(approve(client, print, { incident: id, reason: 'roll our bad release back' }));
    });
    await Promise.all(decided);
    const { outcome: ending, dossier } = await client.api.incident(id);
    const outcome = ending?.outcome ?? 'open';
    const comparison = dossier ? comparisonOf(records, await readDossier(client, id, dossier.digest)) : [];
    const kinds = records.map(({ kind }) => kind);
    const effects = await effectsOf(client.auditLog(target), since, 'undo-rollout');
    print(
      'audit log',
      `${target} recorded ${plural(effects.length, 'write')} by the temporary ServiceAccount (${effects.join(', ')})`,
    );
    return {
      outcome,
      comparison,
      missing: [
        ...(outcome === 'repaired' ? [] : [`the incident ended as ${outcome}`]),
        ...(kinds.includes('preflight.completed') ? [] : ['no preflight rehearsal']),
        ...(kinds.includes('grant.revoked') ? [] : ['the grant was not revoked']),
        ...(refusedCalls(records) > 0 ? [] : ['no call beyond the grant was tried and refused']),
        ...differing(comparison),
        ...(effects.length === 1 ? [] : [`${effects.length} writes by the temporary ServiceAccount instead of one`]),
      ],
    };
  },
};

function refusedCalls(records: readonly JournalRecord[]): number {
  const minted = records.find(({ kind }) => kind === 'grant.minted')?.body as { refused?: string[] } | undefined;
  return minted?.refused?.length ?? 0;
}
