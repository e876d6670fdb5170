import type { JournalRecord } from '../../src/domain/journal/journal.ts';
import { plural } from '../../src/lib/plural.ts';
import { rollOutCrashingImage } from '../../stack/shop/releases.ts';
import { approveAsLea } from '../approve.ts';
import { effectsOf } from '../audit.ts';
import { comparisonOf, differencesIn } from '../comparison.ts';
import { untilCrashLoops } from './crash-loops.ts';
import { readDossier, printRecord, type Story } from './story.ts';

const target = 'east';

/**
 * A bad release crash-loops. Airlock plans to undo the rollout and rehearses the plan. The lead approves the plan.
 * Airlock executes the plan and verifies the result.
 */
export const storyA: Story = {
  id: 'A',
  title: 'a bad release crash-loops in east and is undone',
  async run(client, print) {
    const since = new Date();
    await rollOutCrashingImage(client.admin(target));
    await untilCrashLoops(client, target, 'web');
    print('bad release', 'a new pod of shop/web is in CrashLoopBackOff; old pods still serve');
    await client.alert(target, {
      labels: { alertname: 'KubePodCrashLooping', namespace: 'shop', deployment: 'web', severity: 'critical' },
      annotations: { summary: 'pods of shop/web crash-loop' },
      startsAt: since.toISOString(),
    });
    const { id } = await client.incidentOf(target, since, 'KubePodCrashLooping');
    const approvals: Promise<void>[] = [];
    const records = await client.follow(id, (record) => {
      printRecord(print, record);
      if (record.kind === 'dossier.offered')
        approvals.push(approveAsLea(client, print, { incident: id, reason: 'roll our bad release back' }));
    });
    await Promise.all(approvals);
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
      problems: [
        ...(outcome === 'repaired' ? [] : [`the incident is ${outcome}, not repaired`]),
        ...(kinds.includes('preflight.completed') ? [] : ['the journal shows no preflight']),
        ...(kinds.includes('grant.revoked') ? [] : ['the journal shows no revocation of a grant']),
        ...(refusedTestCalls(records) > 0 ? [] : ['the journal shows no refused test call']),
        ...differencesIn(comparison),
        ...(effects.length === 1 ? [] : [`temporary ServiceAccounts wrote ${effects.length} times, not once`]),
      ],
    };
  },
};

/** Returns how many test calls the target refused. The gateway sends test calls that the grant must not allow. */
function refusedTestCalls(records: readonly JournalRecord[]): number {
  const minted = records.find(({ kind }) => kind === 'grant.minted')?.body as { refused?: string[] } | undefined;
  return minted?.refused?.length ?? 0;
}
