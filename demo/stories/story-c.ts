import type { IncidentView } from '../../src/domain/incident/incident-view.ts';
import type { JournalRecord } from '../../src/domain/journal/journal.ts';
import { plural } from '../../src/lib/plural.ts';
import { effectsOf } from '../audit.ts';
import { sendDecision } from '../send-decision.ts';
import { runCommand, clientEnvironment, type CommandResult } from '../command.ts';
import { comparisonOf, differencesIn } from '../comparison.ts';
import { decide } from '../decide.ts';
import { hangPod } from './hang-pod.ts';
import { poll, type StackClient } from '../stack-client.ts';
import { readDossier, printRecord, type Story, type PrintLine } from './story.ts';

const target = 'west';
const playbook = 'restart-stuck-workload';
const reason = 'the pod has hung long enough';

/**
 * Lea requests the restart of a workload. A restart cannot be undone, so two people of two different groups must
 * approve the plan. Lea's own approval is refused. One approval is sent with the Temporal CLI.
 */
export const storyC: Story = {
  id: 'C',
  title: 'a restart in west cannot be undone, so people of two groups have to approve it',
  async run(client, print) {
    const since = new Date();
    const pod = await hangPod(client, target, 'cart');
    print('hangs', `pod ${pod} of shop/cart is not ready, and its status does not show why`);
    const { id } = await requestRestart(client, since);
    print('requested', 'lea ran `airlock request restart-stuck-workload` and signed in');
    const approvalProblems: Promise<string[]>[] = [];
    const records = await client.follow(id, (record) => {
      printRecord(print, record);
      if (record.kind === 'dossier.offered') approvalProblems.push(sendApprovals(client, id, print));
    });
    const { outcome: ending, dossier } = await client.api.incident(id);
    const outcome = ending?.outcome ?? 'open';
    const comparison = dossier ? comparisonOf(records, await readDossier(client, id, dossier.digest)) : [];
    const admitted = countAdmittedBeforeExecution(records);
    const effects = await effectsOf(client.auditLog(target), since, 'restart-workload');
    print('audit log', `${target} recorded ${plural(effects.length, 'write')} by the temporary ServiceAccount`);
    return {
      outcome,
      comparison,
      problems: [
        ...(outcome === 'repaired' ? [] : [`the incident is ${outcome}, not repaired: ${ending?.reason ?? ''}`]),
        ...(approvalProblems.length > 0 ? (await Promise.all(approvalProblems)).flat() : ['no dossier was offered']),
        // Sam approves twice, Tom once and Olga once. Lea's approval is refused.
        ...(admitted === 4
          ? []
          : [`the journal shows ${plural(admitted, 'admitted approval')} before the execution, not 4`]),
        ...differencesIn(comparison),
        ...(effects.length === 1 ? [] : [`temporary ServiceAccounts wrote ${effects.length} times, not once`]),
      ],
    };
  },
};

/** Requests the restart as Lea. @returns the incident that the request opened. */
async function requestRestart(client: StackClient, since: Date): Promise<IncidentView> {
  const parameters = ['--param', 'namespace=shop', '--param', 'deployment=cart'];
  const args = ['request', playbook, '--cluster', target, ...parameters, '--reason', reason];
  const lea = client.user('lea');
  requireSuccess('airlock request', await runCommand(args, { env: clientEnvironment(client.stack), user: lea }));
  return client.incidentOf(target, since, playbook);
}

/**
 * Approves the plan as four people. Lea requested the restart, so her approval is refused. Sam approves twice, the
 * second time with the Temporal CLI. Tom is in the same group as Sam. Olga is in a second group and approves last.
 * @returns the problems: Lea's approval was not refused, or the execution began before Olga approved.
 */
async function sendApprovals(client: StackClient, incident: string, print: PrintLine): Promise<string[]> {
  const dossier = (await client.api.incident(incident)).dossier?.digest ?? '';
  const tryToApprove = (name: string, why: string, options: { tokenOnly?: boolean } = {}): Promise<CommandResult> =>
    decide(client, { verb: 'approve', incident, dossier, reason: why, user: client.user(name), ...options });
  const approve = async (name: string, why: string): Promise<void> => {
    requireSuccess(`airlock approve by ${name}`, await tryToApprove(name, why));
  };
  const approveThroughTemporal = async (name: string, why: string): Promise<void> => {
    const printed = await tryToApprove(name, why, { tokenOnly: true });
    requireSuccess(`airlock approve --token-only by ${name}`, printed);
    requireSuccess('temporal workflow signal', await sendDecision(client, 'signal', printed));
  };
  const [approvalByLea] = await Promise.all([tryToApprove('lea', reason), approve('sam', reason)]);
  print('lea approves', `the answer is: ${approvalByLea.text.trim().split('\n').at(-1) ?? ''}`);
  await Promise.all([approveThroughTemporal('sam', `${reason}; once more`), approve('tom', reason)]);
  await poll('three admitted approvals', async () => (await countAdmitted(client, incident)) === 3);
  const executionBegan = (await client.api.journal(incident)).some(({ kind }) => kind === 'execution.prepared');
  print('one group', 'three approvals are admitted, but all by people of one group; a second group has to approve');
  await approve('olga', `${reason}; I agree`);
  return [
    ...(executionBegan ? ['the execution began after approvals by only one group'] : []),
    ...(approvalByLea.code !== 0 && /requested or edited this change/.test(approvalByLea.text)
      ? []
      : ['lea requested the restart, but Airlock did not refuse her approval for this reason']),
  ];
}

/** @throws Error with the output of the command if the exit code is not 0. */
function requireSuccess(what: string, { code, text }: { code: number; text: string }): void {
  if (code !== 0) throw new Error(`${what} ended with exit code ${code}: ${text}`);
}

/** Returns how many decisions on the incident were admitted so far. */
async function countAdmitted(client: StackClient, incident: string): Promise<number> {
  return (await client.api.journal(incident)).filter(({ kind }) => kind === 'decision.admitted').length;
}

/** Returns how many decisions were admitted before the execution was prepared. */
function countAdmittedBeforeExecution(records: readonly JournalRecord[]): number {
  const prepared = records.findIndex(({ kind }) => kind === 'execution.prepared');
  return records.slice(0, Math.max(0, prepared)).filter(({ kind }) => kind === 'decision.admitted').length;
}
