import type { IncidentView } from '../../src/domain/incident/incident-view.ts';
import type { JournalRecord } from '../../src/domain/journal/journal.ts';
import { effectsOf } from '../audit.ts';
import { carry } from '../carry.ts';
import { command, remote } from '../command.ts';
import { comparisonOf, differing } from '../comparison.ts';
import { decide } from '../decide.ts';
import { hangPod } from './hang-pod.ts';
import { poll, type Stage } from '../stage.ts';
import { readDossier, tellRecord, type Story, type Tell } from './story.ts';

const target = 'west';
const playbook = 'restart-stuck-workload';
const reason = 'the pod has hung long enough';

/**
 * A person asks for a restart, which is never taken back: it needs two people of two groups, by whichever doors they come,
 * and who asked is none of them.
 */
export const storyC: Story = {
  id: 'C',
  title: 'a restart that a person asks for in west, and nothing takes back, needs two others of two groups',
  async tell(stage, tell) {
    const since = new Date();
    const pod = await hangPod(stage, target, 'cart');
    tell('hangs', `pod ${pod} of shop/cart is not ready, and nothing says why`);
    const { id } = await request(stage, since);
    tell('asked for', 'by lea, with `airlock request restart-stuck-workload`, signed in for it');
    const asked: Promise<string[]>[] = [];
    const records = await stage.follow(id, (record) => {
      tellRecord(tell, record);
      if (record.kind === 'dossier.offered') asked.push(askPeople(stage, id, tell));
    });
    const { outcome: ending, dossier } = await stage.api.incident(id);
    const outcome = ending?.outcome ?? 'open';
    const comparison = dossier ? comparisonOf(records, await readDossier(stage, id, dossier.digest)) : [];
    const done = await effectsOf(stage.auditLog(target), since, 'restart-workload');
    tell('audit log', `of the target: ${done.length} write by the minted identity`);
    return {
      outcome,
      comparison,
      missing: [
        ...(outcome === 'repaired' ? [] : [`the incident ended as ${outcome}: ${ending?.reason ?? ''}`]),
        ...(asked.length > 0 ? (await Promise.all(asked)).flat() : ['nobody was asked']),
        ...(proofsBeforeExecution(records) === 4 ? [] : ['it was executed before both groups had said yes']),
        ...differing(comparison),
        ...(done.length === 1 ? [] : [`${done.length} writes by the minted identity instead of one`]),
      ],
    };
  },
};

/** Lea asks for the restart. @returns the incident, once it is open. */
async function request(stage: Stage, since: Date): Promise<IncidentView> {
  const parameters = ['--param', 'namespace=shop', '--param', 'deployment=cart'];
  const args = ['request', playbook, '--cluster', target, ...parameters, '--reason', reason];
  const { code, text } = await command(args, { env: remote(stage.stack), user: stage.user('lea') });
  if (code !== 0) throw new Error(`airlock request ended with ${code}: ${text}`);
  return stage.incidentOf(target, since, playbook);
}

/**
 * Lea asked for it, so her approval is refused; Sam approves, and once more by Temporal's own program; Tom is of Sam's
 * group; Olga is of another one.
 * @returns what should not have been.
 */
async function askPeople(stage: Stage, incident: string, tell: Tell): Promise<string[]> {
  const digest = (await stage.api.incident(incident)).dossier?.digest ?? '';
  const says = (name: string, why: string, proofOnly = false): ReturnType<typeof decide> =>
    decide(stage, { verb: 'approve', incident, dossier: digest, reason: why, user: stage.user(name), proofOnly });
  const approve = async (...said: Parameters<typeof says>): ReturnType<typeof decide> => {
    const [name] = said;
    const printed = await says(...said);
    if (printed.code !== 0) throw new Error(`airlock approve of ${name} ended with ${printed.code}: ${printed.text}`);
    return printed;
  };
  const again = async (): Promise<void> => {
    const { code, text } = await carry(stage, 'signal', await approve('sam', `${reason}; once more`, true));
    if (code !== 0) throw new Error(`temporal workflow signal ended with ${code}: ${text}`);
  };
  const [own] = await Promise.all([says('lea', reason), approve('sam', reason)]);
  tell('refused', `lea's own approval: ${own.text.trim().split('\n').at(-1) ?? ''}`);
  await Promise.all([again(), approve('tom', reason)]);
  await poll('the signal to be admitted', async () => (await proofs(stage, incident)) === 3 || undefined);
  const soon = (await stage.api.journal(incident)).some(({ kind }) => kind === 'execution.prepared');
  tell('still waits', 'three proofs of two people of one group are one voice: another group has to agree');
  await approve('olga', `${reason}; I agree`);
  return [
    ...(soon ? ['one group was enough'] : []),
    ...(own.code !== 0 && /asked for/.test(own.text) ? [] : ['who asked for it could approve it']),
  ];
}

async function proofs(stage: Stage, incident: string): Promise<number> {
  return (await stage.api.journal(incident)).filter(({ kind }) => kind === 'decision.admitted').length;
}

function proofsBeforeExecution(records: readonly JournalRecord[]): number {
  const prepared = records.findIndex(({ kind }) => kind === 'execution.prepared');
  return records.slice(0, Math.max(0, prepared)).filter(({ kind }) => kind === 'decision.admitted').length;
}
