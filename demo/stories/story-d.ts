import type { RecordKind } from '../../src/domain/journal/journal.ts';
import { defined } from '../../src/lib/defined.ts';
import { releaseBad } from '../../stack/shop/releases.ts';
import { approve } from '../approve.ts';
import { effectsOf } from '../audit.ts';
import { untilCrashLoops } from './crash-loops.ts';
import type { KillableGateway } from './killable-gateway.ts';
import type { StackClient } from '../stack-client.ts';
import { printRecord, type KillPoint, type Story, type PrintLine } from './story.ts';

const target = 'east';
const object = 'deployments shop/cart';

/** The gateway is killed after the target applied its change and before the answer arrived. It does not repeat the change. */
export function storyD(gateway: KillableGateway): Story {
  return {
    id: 'D',
    title: 'the gateway is killed between a change in east and its answer',
    async run(client, print) {
      const since = new Date();
      const incident = await openIncident(client, print, since);
      const killed = kill(gateway, { client, print, incident });
      const decided: Promise<void>[] = [];
      const followed = client.follow(incident, (record) => {
        printRecord(print, record);
        const reason = 'roll our bad release back';
        if (record.kind === 'dossier.offered') decided.push(approve(client, print, { incident, reason }));
      });
      const records = await Promise.race([followed, killed.then(() => followed)]); // a failed restart ends the story too
      await Promise.all(decided);
      const crash = await Promise.race([killed, Promise.resolve(undefined)]);
      const outcome = (await client.api.incident(incident)).outcome?.outcome ?? 'open';
      const effects = await effectsOf(client.auditLog(target), since, 'undo-rollout');
      const left = await mintedAccounts(client);
      print(
        'audit log',
        `${target} recorded ${effects.length} write by minted identities; ${left.length} of these identities are left`,
      );
      return defined({
        outcome,
        comparison: [],
        killPoint: crash?.at,
        missing: [
          ...killProblems(crash),
          ...(outcome === 'repaired' ? [] : [`the incident ended as ${outcome}`]),
          ...(effects.length === 1 ? [] : [`${effects.length} writes by minted identities instead of one`]),
          ...(records.some(({ kind }) => kind === 'grant.revoked') ? [] : ['the grant was not revoked']),
          ...left.map((name) => `ServiceAccount ${name} was not removed`),
        ],
      });
    },
  };
}

async function openIncident(client: StackClient, print: PrintLine, since: Date): Promise<string> {
  await releaseBad(client.admin(target), 'cart');
  await untilCrashLoops(client, target, 'cart');
  print('bad release', 'new pods of shop/cart are in CrashLoopBackOff; the old ones still serve');
  await client.alert(target, {
    labels: { alertname: 'KubePodCrashLooping', namespace: 'shop', deployment: 'cart', severity: 'critical' },
    annotations: { summary: 'pods of shop/cart crash-loop' },
    startsAt: since.toISOString(),
  });
  return (await client.incidentOf(target, since, 'KubePodCrashLooping')).id;
}

interface Crash {
  at: KillPoint;
  /** Record kinds of the incident in the journal while the gateway was dead. */
  known: RecordKind[];
}

async function kill(
  gateway: KillableGateway,
  { client, print, incident }: { client: StackClient; print: PrintLine; incident: string },
): Promise<Crash> {
  const at = await gateway.killAtChange(object);
  const { process, pid, request, auditId, at: when } = at;
  print(
    'killed',
    `${process} (pid ${pid}): ${target} finished ${request} at ${when}, audit id ${auditId}; the answer was dropped`,
  );
  const known = (await client.api.journal(incident)).map(({ kind }) => kind);
  await gateway.start();
  print('restarted', `the ${process}; its last record was ${known.at(-1)}`);
  return { at, known };
}

/** Killed between the target's apply and its answer: the step is on record as intended and not as applied. */
function killProblems(crash: Crash | undefined): string[] {
  if (!crash) return ['the gateway was not killed'];
  const between = crash.known.includes('step.intended') && !crash.known.includes('step.applied');
  return between ? [] : ['the gateway was not killed between the write and its answer'];
}

/** Identities minted for undo-rollout that still exist on the target. */
async function mintedAccounts(client: StackClient): Promise<string[]> {
  const { body } = await client.admin(target)({ method: 'GET', path: '/api/v1/namespaces/shop/serviceaccounts' });
  const names = (body.items as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);
  return names.filter((name) => name.startsWith('airlock-undo-rollout-'));
}
