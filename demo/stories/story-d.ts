import type { RecordKind } from '../../src/domain/journal/journal.ts';
import { releaseBad } from '../../stack/shop/releases.ts';
import { approve } from '../approve.ts';
import { effectsOf } from '../audit.ts';
import { untilCrashLoops } from './crash-loops.ts';
import type { MortalGateway } from './killable-gateway.ts';
import type { Stage } from '../stage.ts';
import { tellRecord, type KillPoint, type Story, type Tell } from './story.ts';

const target = 'east';
const object = 'deployments shop/cart';

/** The gateway dies when the target has applied its change and has not said so: the change is not made again. */
export function storyD(gateway: MortalGateway): Story {
  return {
    id: 'D',
    title: 'the gateway is killed between a change in east and its answer',
    async tell(stage, tell) {
      const since = new Date();
      const incident = await openIncident(stage, tell, since);
      const killed = kill(gateway, { stage, tell, incident });
      const decided: Promise<void>[] = [];
      const followed = stage.follow(incident, (record) => {
        tellRecord(tell, record);
        const reason = 'the bad release is ours; take it back';
        if (record.kind === 'dossier.offered') decided.push(approve(stage, tell, { incident, reason }));
      });
      const records = await Promise.race([followed, killed.then(() => followed)]); // a failed restart ends it too
      await Promise.all(decided);
      const crash = await Promise.race([killed, undefined]);
      const outcome = (await stage.api.incident(incident)).outcome?.outcome ?? 'open';
      const effects = await effectsOf(stage.auditLog(target), since, 'undo-rollout');
      const left = await mintedAccounts(stage);
      tell('audit log', `of the target: ${effects.length} write by minted identities, ${left.length} of them left`);
      return {
        outcome,
        comparison: [],
        ...(crash ? { killPoint: crash.at } : {}),
        missing: [
          ...missedAt(crash),
          ...(outcome === 'repaired' ? [] : [`the incident ended as ${outcome}`]),
          ...(effects.length === 1 ? [] : [`${effects.length} writes by minted identities instead of one`]),
          ...(records.some(({ kind }) => kind === 'grant.revoked') ? [] : ['the grant was not revoked']),
          ...left.map((name) => `ServiceAccount ${name} was not removed`),
        ],
      };
    },
  };
}

async function openIncident(stage: Stage, tell: Tell, since: Date): Promise<string> {
  await releaseBad(stage.admin(target), 'cart');
  await untilCrashLoops(stage, target, 'cart');
  tell('bad release', 'new pods of shop/cart are in CrashLoopBackOff; the old ones still serve');
  await stage.alert(target, {
    labels: { alertname: 'KubePodCrashLooping', namespace: 'shop', deployment: 'cart', severity: 'critical' },
    annotations: { summary: 'pods of shop/cart crash-loop' },
    startsAt: since.toISOString(),
  });
  return (await stage.incidentOf(target, since, 'KubePodCrashLooping')).id;
}

interface Crash {
  at: KillPoint;
  /** What the journal said of the incident when the gateway was dead. */
  known: RecordKind[];
}

async function kill(
  gateway: MortalGateway,
  { stage, tell, incident }: { stage: Stage; tell: Tell; incident: string },
): Promise<Crash> {
  const at = await gateway.dieAt(object);
  const { process, pid, request, auditId, at: when } = at;
  tell(
    'killed',
    `${process} (pid ${pid}): ${target} finished ${request} at ${when}, audit id ${auditId}; no answer came`,
  );
  const known = (await stage.api.journal(incident)).map(({ kind }) => kind);
  await gateway.start();
  tell('restarted', `the ${process}; the last that it had written down was ${known.at(-1)}`);
  return { at, known };
}

/** Killed between the target's apply and its answer: it had said what it intends, and not that it is done. */
function missedAt(crash: Crash | undefined): string[] {
  if (!crash) return ['the gateway was not killed'];
  const between = crash.known.includes('step.intended') && !crash.known.includes('step.applied');
  return between ? [] : ['the gateway was not killed between the write and its answer'];
}

/** Identities of undone rollouts that still exist on the target. */
async function mintedAccounts(stage: Stage): Promise<string[]> {
  const { body } = await stage.admin(target)({ method: 'GET', path: '/api/v1/namespaces/shop/serviceaccounts' });
  const names = (body.items as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);
  return names.filter((name) => name.startsWith('airlock-undo-rollout-'));
}
