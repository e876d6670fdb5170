import type { IncidentView } from '../../src/domain/incident/incident-view.ts';
import type { JournalRecord } from '../../src/domain/journal/journal.ts';
import { plural } from '../../src/lib/plural.ts';
import { effectsOf } from '../audit.ts';
import { sendDecision } from '../send-decision.ts';
import { command, clientEnvironment } from '../command.ts';
import { comparisonOf, differing } from '../comparison.ts';
import { decide } from '../decide.ts';
import { hangPod } from './hang-pod.ts';
import { poll, type StackClient } from '../stack-client.ts';
import { readDossier, printRecord, type Story, type PrintLine } from './story.ts';

const target = 'west';
const playbook = 'restart-stuck-workload';
const reason = 'the pod has hung long enough';

/**
 * A person requests a restart. A restart cannot be undone. So two people of two different groups must approve it, and
 * the requester cannot be one of them. The approvals arrive through the API and, once, through Temporal.
 */
export const storyC: Story = {
  id: 'C',
  title: 'a person requests a restart in west; it cannot be undone, so two other people of two groups have to approve',
  async run(client, print) {
    const since = new Date();
    const pod = await hangPod(client, target, 'cart');
    print('hangs', `pod ${pod} of shop/cart is not ready, and nothing shows why`);
    const { id } = await request(client, since);
    print('requested', 'by lea, with `airlock request restart-stuck-workload` and a sign-in');
    const approvals: Promise<string[]>[] = [];
    const records = await client.follow(id, (record) => {
      printRecord(print, record);
      if (record.kind === 'dossier.offered') approvals.push(approveByPeople(client, id, print));
    });
    const { outcome: ending, dossier } = await client.api.incident(id);
    const outcome = ending?.outcome ?? 'open';
    const comparison = dossier ? comparisonOf(records, await readDossier(client, id, dossier.digest)) : [];
    const effects = await effectsOf(client.auditLog(target), since, 'restart-workload');
    print('audit log', `${target} recorded ${plural(effects.length, 'write')} by the temporary ServiceAccount`);
    return {
      outcome,
      comparison,
      missing: [
        ...(outcome === 'repaired' ? [] : [`the incident ended as ${outcome}: ${ending?.reason ?? ''}`]),
        ...(approvals.length > 0 ? (await Promise.all(approvals)).flat() : ['no dossier was offered']),
        // sam (twice), tom and olga
        ...(decisionsBeforeExecution(records) === 4 ? [] : ['not exactly four approvals came before the execution']),
        ...differing(comparison),
        ...(effects.length === 1 ? [] : [`${effects.length} writes by the temporary ServiceAccount instead of one`]),
      ],
    };
  },
};

/** Lea requests the restart. @returns the incident, once it is open. */
async function request(client: StackClient, since: Date): Promise<IncidentView> {
  const parameters = ['--param', 'namespace=shop', '--param', 'deployment=cart'];
  const args = ['request', playbook, '--cluster', target, ...parameters, '--reason', reason];
  const { code, text } = await command(args, { env: clientEnvironment(client.stack), user: client.user('lea') });
  if (code !== 0) throw new Error(`airlock request ended with exit code ${code}: ${text}`);
  return client.incidentOf(target, since, playbook);
}

/**
 * Lea made the request, so her approval is refused. Sam approves twice, the second time with the Temporal CLI. Tom
 * approves too, but he is in Sam's group, so the plan still waits. Then Olga, who is in another group, approves.
 * @returns one sentence for each wrong result: Lea's approval was accepted, or the approvals of one group were enough.
 */
async function approveByPeople(client: StackClient, incident: string, print: PrintLine): Promise<string[]> {
  const digest = (await client.api.incident(incident)).dossier?.digest ?? '';
  const approveAs = (name: string, why: string, tokenOnly = false): ReturnType<typeof decide> =>
    decide(client, { verb: 'approve', incident, dossier: digest, reason: why, user: client.user(name), tokenOnly });
  const approve = async (...args: Parameters<typeof approveAs>): ReturnType<typeof decide> => {
    const [name] = args;
    const printed = await approveAs(...args);
    if (printed.code !== 0)
      throw new Error(`airlock approve by ${name} ended with exit code ${printed.code}: ${printed.text}`);
    return printed;
  };
  const again = async (): Promise<void> => {
    const { code, text } = await sendDecision(client, 'signal', await approve('sam', `${reason}; once more`, true));
    if (code !== 0) throw new Error(`temporal workflow signal ended with exit code ${code}: ${text}`);
  };
  const [own] = await Promise.all([approveAs('lea', reason), approve('sam', reason)]);
  print('refused', `lea's own approval: ${own.text.trim().split('\n').at(-1) ?? ''}`);
  await Promise.all([again(), approve('tom', reason)]);
  await poll('the signal to be admitted', async () => (await admittedDecisions(client, incident)) === 3);
  const early = (await client.api.journal(incident)).some(({ kind }) => kind === 'execution.prepared');
  print(
    'still waits',
    'three approvals by two people of one group are not enough, because somebody of a second group has to approve',
  );
  await approve('olga', `${reason}; I agree`);
  return [
    ...(early ? ['the approvals of one group were enough'] : []),
    ...(own.code !== 0 && /requested this change/.test(own.text) ? [] : ['the requester could approve the request']),
  ];
}

async function admittedDecisions(client: StackClient, incident: string): Promise<number> {
  return (await client.api.journal(incident)).filter(({ kind }) => kind === 'decision.admitted').length;
}

function decisionsBeforeExecution(records: readonly JournalRecord[]): number {
  const prepared = records.findIndex(({ kind }) => kind === 'execution.prepared');
  return records.slice(0, Math.max(0, prepared)).filter(({ kind }) => kind === 'decision.admitted').length;
}
