import type { RecordKind } from '../../src/domain/journal/journal.ts';
import { kindPath } from '../../src/domain/kubernetes/resource-path.ts';
import { omitUndefined } from '../../src/lib/omit-undefined.ts';
import { rollOutCrashingImage } from '../../stack/shop/releases.ts';
import { shopNamespace } from '../../stack/shop/workloads.ts';
import { plural } from '../../src/lib/plural.ts';
import { approveAsLea } from '../approve.ts';
import { effectsOf } from '../audit.ts';
import { untilCrashLoops } from './crash-loops.ts';
import type { KillableGateway } from './killable-gateway.ts';
import type { StackClient } from '../stack-client.ts';
import { printRecord, type KillPoint, type Story, type PrintLine } from './story.ts';

const target = 'east';
const object = 'deployments shop/cart';

/**
 * The gateway is killed after the target has applied a change and before the gateway gets the answer. The story starts
 * the gateway again. Then the gateway must finish the execution and must not write the change a second time.
 */
export function storyD(gateway: KillableGateway): Story {
  return {
    id: 'D',
    title: 'the gateway is killed after east applied a change and before the answer arrived',
    async run(client, print) {
      const since = new Date();
      const incident = await openIncident(client, print, since);
      const killed = killAndRestart(gateway, { client, print, incident });
      const approvals: Promise<void>[] = [];
      const followed = client.follow(incident, (record) => {
        printRecord(print, record);
        const reason = 'roll our bad release back';
        if (record.kind === 'dossier.offered') approvals.push(approveAsLea(client, print, { incident, reason }));
      });
      // If the kill or the restart fails, `killed` rejects. Then this line throws, and the story ends.
      const records = await Promise.race([followed, killed.then(() => followed)]);
      await Promise.all(approvals);
      // Undefined if the incident ended without a kill.
      const killResult = await Promise.race([killed, Promise.resolve(undefined)]);
      const outcome = (await client.api.incident(incident)).outcome?.outcome ?? 'open';
      const effects = await effectsOf(client.auditLog(target), since, 'undo-rollout');
      const remaining = await temporaryAccounts(client);
      print(
        'audit log',
        `${target} recorded ${plural(effects.length, 'write')} by temporary ServiceAccounts; accounts that still exist: ${remaining.length}`,
      );
      return omitUndefined({
        outcome,
        comparison: [],
        killPoint: killResult?.killPoint,
        problems: [
          ...killProblems(killResult),
          ...(outcome === 'repaired' ? [] : [`the incident is ${outcome}, not repaired`]),
          ...(effects.length === 1 ? [] : [`temporary ServiceAccounts wrote ${effects.length} times, not once`]),
          ...(records.some(({ kind }) => kind === 'grant.revoked')
            ? []
            : ['the journal shows no revocation of a grant']),
          ...remaining.map((name) => `ServiceAccount ${name} was not removed`),
        ],
      });
    },
  };
}

async function openIncident(client: StackClient, print: PrintLine, since: Date): Promise<string> {
  await rollOutCrashingImage(client.admin(target), 'cart');
  await untilCrashLoops(client, target, 'cart');
  print('bad release', 'new pods of shop/cart are in CrashLoopBackOff; the old pods still serve');
  await client.alert(target, {
    labels: { alertname: 'KubePodCrashLooping', namespace: 'shop', deployment: 'cart', severity: 'critical' },
    annotations: { summary: 'pods of shop/cart crash-loop' },
    startsAt: since.toISOString(),
  });
  return (await client.incidentOf(target, since, 'KubePodCrashLooping')).id;
}

interface KillResult {
  killPoint: KillPoint;
  /** The kinds of all journal records that the incident had just before the restart. */
  recorded: RecordKind[];
}

/** Kills the gateway after the target has applied the change. Then starts the gateway again. */
async function killAndRestart(
  gateway: KillableGateway,
  { client, print, incident }: { client: StackClient; print: PrintLine; incident: string },
): Promise<KillResult> {
  const killPoint = await gateway.killAtChange(object);
  const { process, pid, request, auditId, at } = killPoint;
  print(
    'killed',
    `the ${process} (pid ${pid}), which got no answer; ${target} had finished \`${request}\` at ${at} (audit id ${auditId})`,
  );
  const recorded = (await client.api.journal(incident)).map(({ kind }) => kind);
  await gateway.startWithoutProxy();
  print('restarted', `the ${process}; the incident's last record before the restart was ${recorded.at(-1)}`);
  return { killPoint, recorded };
}

/** Returns a problem if the gateway was not killed between the records `step.intended` and `step.applied`. */
function killProblems(killResult: KillResult | undefined): string[] {
  if (!killResult) return ['the gateway was not killed'];
  const { recorded } = killResult;
  const between = recorded.includes('step.intended') && !recorded.includes('step.applied');
  return between ? [] : ['the gateway was not killed between the records step.intended and step.applied'];
}

/** Returns the names of all temporary ServiceAccounts of action `undo-rollout` in the shop's namespace. */
async function temporaryAccounts(client: StackClient): Promise<string[]> {
  const { body } = await client.admin(target)({ method: 'GET', path: kindPath('v1', 'ServiceAccount', shopNamespace) });
  const names = (body.items as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);
  return names.filter((name) => name.startsWith('airlock-undo-rollout-'));
}
