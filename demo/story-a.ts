import { setTimeout as sleep } from 'node:timers/promises';
import type { JournalRecord } from '../src/domain/journal.ts';
import { releaseBad } from '../stack/shop/releases.ts';
import { describeRule } from '../src/domain/policy-rule.ts';
import { effectsOf } from './audit.ts';
import { comparisonOf, differing } from './comparison.ts';
import { decide } from './decide.ts';
import { poll, type Stage } from './stage.ts';
import { readDossier, tellRecord, type Story, type Tell } from './story.ts';

const target = 'east';
const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };

/** A bad release crash-loops; undoing it is rehearsed, approved by the lead, executed, verified. */
export const storyA: Story = {
  id: 'A',
  title: 'a bad release crash-loops in east and is undone',
  async tell(stage, tell) {
    const since = new Date();
    await releaseBad(stage.admin(target));
    await poll('the bad release to crash-loop', () => crashLoops(stage), 30_000);
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
      if (record.kind === 'dossier.offered') decided.push(approve(stage, id, tell));
    });
    await Promise.all(decided);
    const { outcome: ending, dossier } = await stage.api.incident(id);
    const outcome = ending?.outcome ?? 'open';
    const comparison = dossier ? comparisonOf(records, await readDossier(stage, id, dossier.digest)) : [];
    const kinds = records.map(({ kind }) => kind);
    const done = await effectsOf('undo-rollout', stage.auditLog(target), since);
    tell(
      'audit log',
      `of the target: ${done.length} write by the minted identity (${done.map(({ verb, object }) => `${verb} ${object}`).join(', ')})`,
    );
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

async function approve(stage: Stage, incident: string, tell: Tell): Promise<void> {
  const { dossier } = await stage.api.incident(incident);
  if (!dossier) throw new Error(`${incident} has no dossier`);
  const { rules, verdict } = await readDossier(stage, incident, dossier.digest);
  const groups = verdict.allowed ? verdict.obligation.groups.join(' or ') : '';
  tell('asks', `for a signature of ${groups}; would mint: ${rules.do.map(describeRule).join('; ')}`);
  const user = stage.user('lea');
  const reason = 'the bad release is ours; take it back';
  const { code, text } = await decide(stage, { verb: 'approve', incident, dossier: dossier.digest, reason, user });
  if (code !== 0) throw new Error(`airlock approve ended with ${code}: ${text}`);
}

async function crashLoops(stage: Stage): Promise<true | undefined> {
  const path = `/api/v1/namespaces/${web.namespace}/pods?labelSelector=app%3Dweb`;
  const { body } = await stage.admin(target)({ method: 'GET', path });
  await sleep(50);
  const waiting = (body.items as any[]).flatMap((pod) => pod.status?.containerStatuses ?? []);
  return waiting.some((status) => status.state?.waiting?.reason === 'CrashLoopBackOff') || undefined;
}
