import type { RecordKind } from '../../src/domain/journal/journal.ts';
import { kindPath } from '../../src/domain/kubernetes/resource-path.ts';
import { omitUndefined } from '../../src/lib/omit-undefined.ts';
import { releaseBad } from '../../stack/shop/releases.ts';
import { namespace } from '../../stack/shop/workloads.ts';
import { plural } from '../../src/lib/plural.ts';
import { approve } from '../approve.ts';
import { effectsOf } from '../audit.ts';
import { untilCrashLoops } from './crash-loops.ts';
import type { KillableGateway } from './killable-gateway.ts';
import type { StackClient } from '../stack-client.ts';
import { printRecord, type KillPoint, type Story, type PrintLine } from './story.ts';

const target = 'east';
const object = 'deployments shop/cart';

/**
 * The gateway is killed after the target applied the change and before the gateway got the answer. After its restart
 * the gateway does not repeat the change.
 */
export function storyD(gateway: KillableGateway): Story {
  return {
    id: 'D',
    title: 'the gateway is killed after it changed east and before it got the answer',
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
      // If the kill or the restart fails, `killed` rejects, so the story ends with that error.
      const records = await Promise.race([followed, killed.then(() => followed)]);
      await Promise.all(decided);
      // `crash` is undefined if the incident ended and the gateway was not killed.
      const crash = await Promise.race([killed, Promise.resolve(undefined)]);
      const outcome = (await client.api.incident(incident)).outcome?.outcome ?? 'open';
      const effects = await effectsOf(client.auditLog(target), since, 'undo-rollout');
      const remaining = await mintedAccounts(client);
      print(
        'audit log',
        `${target} recorded ${plural(effects.length, 'write')} by temporary ServiceAccounts, of which ${remaining.length} still exist`,
      );
      return omitUndefined({
        outcome,
        comparison: [],
        killPoint: crash?.killPoint,
        missing: [
          ...killProblems(crash),
          ...(outcome === 'repaired' ? [] : [`the incident ended as ${outcome}`]),
          ...(effects.length === 1 ? [] : [`${effects.length} writes by temporary ServiceAccounts instead of one`]),
          ...(records.some(({ kind }) => kind === 'grant.revoked') ? [] : ['the grant was not revoked']),
          ...remaining.map((name) => `ServiceAccount ${name} was not removed`),
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
  killPoint: KillPoint;
  /** The kinds of the journal records that the incident had while the gateway was dead. */
  recorded: RecordKind[];
}

/** Kills the gateway at the change, then starts the gateway again. */
async function kill(
  gateway: KillableGateway,
  { client, print, incident }: { client: StackClient; print: PrintLine; incident: string },
): Promise<Crash> {
  const killPoint = await gateway.killAtChange(object);
  const { process, pid, request, auditId, at } = killPoint;
  print(
    'killed',
    `${process} (pid ${pid}) was killed; ${target} had finished ${request} at ${at} (audit id ${auditId}), and the answer was dropped`,
  );
  const recorded = (await client.api.journal(incident)).map(({ kind }) => kind);
  await gateway.start();
  print('restarted', `the ${process}; the incident's last record before the restart was ${recorded.at(-1)}`);
  return { killPoint, recorded };
}

/**
 * Checks the journal records that existed while the gateway was dead: `step.intended` must be one of them, and
 * `step.applied` must not be one of them.
 * @returns what is wrong, also if the gateway was not killed at all.
 */
function killProblems(crash: Crash | undefined): string[] {
  if (!crash) return ['the gateway was not killed'];
  const between = crash.recorded.includes('step.intended') && !crash.recorded.includes('step.applied');
  return between ? [] : ['the gateway was not killed between the write and its answer'];
}

/** Returns the names of the temporary ServiceAccounts for undo-rollout that still exist in the target. */
async function mintedAccounts(client: StackClient): Promise<string[]> {
  const { body } = await client.admin(target)({ method: 'GET', path: kindPath('v1', 'ServiceAccount', namespace) });
  const names = (body.items as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);
  return names.filter((name) => name.startsWith('airlock-undo-rollout-'));
}
