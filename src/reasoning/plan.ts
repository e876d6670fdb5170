import { badInput, refused } from '../lib/error.ts';
import { evidenceSchema, type Evidence } from '../domain/plan/evidence.ts';
import type { NewRecord } from '../domain/journal/journal.ts';
import type { Plan } from '../domain/plan/plan.ts';
import type { Blobs, Journal } from '../domain/journal/ports.ts';
import type { GivenParameters } from '../domain/approval/request.ts';
import { escapeForTerminal } from '../lib/escape-for-terminal.ts';
import type { Playbook } from './playbooks/compile.ts';
import { evaluatePlaybook, type PlanOrRejection } from './evaluate-playbook.ts';
import type { ReasoningActivities } from './contract.ts';
import { planUndo } from './plan-undo.ts';

/** The dependencies of `plan`. */
export interface PlanDeps {
  /** All playbooks, in order of file names. */
  playbooks: readonly Playbook[];
  blobs: Blobs;
  journal: Pick<Journal, 'append'>;
}

/** Input of the activity `plan`. */
export type PlanInput = Parameters<ReasoningActivities['plan']>[0];

/**
 * Evaluates the playbooks, and stores the plan of the first playbook that fits. For each evaluated playbook, a journal
 * record says why this playbook was chosen or not. If a playbook is requested, only this playbook is evaluated. If an
 * undo is requested, no playbook is evaluated, because the executed plan contains its undo steps.
 * @throws AirlockError `bad-input` if the stored evidence is malformed, `evidence-mismatch` if the evidence is about
 * another cluster than the incident, `plan-invalid` if the executed plan is malformed.
 */
export async function plan(deps: PlanDeps, input: PlanInput): ReturnType<ReasoningActivities['plan']> {
  const evidence = await loadEvidence(deps.blobs, input);
  const { requested } = input;
  if (!requested) return choose(deps, input, { evidence, playbooks: deps.playbooks, supplied: {} });
  if ('undo' in requested) {
    const undo = await planUndo(deps.blobs, evidence, requested);
    return 'plan' in undo
      ? store(deps, input, undo.plan)
      : { none: `the execution cannot be undone: ${undo.rejected}` };
  }
  const playbooks = deps.playbooks.filter(({ name }) => name === requested.playbook);
  if (playbooks.length === 0) return { none: `there is no playbook named ${escapeForTerminal(requested.playbook)}` };
  return choose(deps, input, { evidence, playbooks, supplied: requested.parameters });
}

/** The playbooks to evaluate, the evidence, and the parameters that a request, a schedule or an edit supplied. */
interface Candidates {
  evidence: Evidence;
  playbooks: readonly Playbook[];
  supplied: GivenParameters;
}

async function choose(
  deps: PlanDeps,
  input: PlanInput,
  { evidence, playbooks, supplied }: Candidates,
): ReturnType<ReasoningActivities['plan']> {
  const evaluated = playbooks.map((playbook) => ({
    playbook,
    result: evaluatePlaybook(playbook, evidence, { ...input, supplied }),
  }));
  const chosen = evaluated.map(({ result }) => result).find((result) => 'plan' in result)?.plan;
  const reasons = evaluated.map(({ playbook, result }) => ({
    playbook,
    reason: reasonOf(result, chosen, input.cause),
  }));
  for (const { playbook, reason } of reasons) {
    const { name, digest } = playbook;
    const isChosen = name === chosen?.playbook.name;
    const message = `playbook ${name} ${isChosen ? 'was chosen' : 'was not chosen'}: ${reason}`;
    const body = { playbook: name, digest, chosen: isChosen, reason, evidence: input.evidence };
    await deps.journal.append(newRecord(input, { kind: 'playbook.evaluated', message, body }));
  }
  if (!chosen) {
    const sentences = reasons.map(({ playbook, reason }) => `${playbook.name}: ${reason}`);
    return { none: `no playbook fits: ${sentences.join('; ')}` };
  }
  return store(deps, input, chosen);
}

async function loadEvidence(blobs: Blobs, { incident, evidence: digest }: PlanInput): Promise<Evidence> {
  const parsed = evidenceSchema.safeParse(await blobs.get(digest));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw badInput(`evidence ${digest}: ${issue?.path.join('.') ?? ''}`, issue?.message ?? 'does not match its schema');
  }
  if (parsed.data.cluster === incident.cluster) return parsed.data;
  throw refused(
    'evidence-mismatch',
    `evidence ${digest} is about cluster ${parsed.data.cluster}, but incident ${incident.id} is about cluster ` +
      `${incident.cluster}: the incident needs new evidence`,
  );
}

/** For each cause of an incident: the words for the cause in a message. */
const causeWords: Record<PlanInput['cause'], string> = {
  alert: 'this alert',
  person: 'this request',
  schedule: 'this schedule',
};

function reasonOf(result: PlanOrRejection, chosen: Plan | undefined, cause: PlanInput['cause']): string {
  if ('rejected' in result) return result.rejected;
  if (result.plan === chosen) return `it handles ${causeWords[cause]}, and all its conditions hold`;
  return `it fits too, but playbook ${chosen?.playbook.name ?? 'another'} comes before it`;
}

async function store({ blobs, journal }: PlanDeps, input: PlanInput, newPlan: Plan) {
  const { playbook, action, steps, summary } = newPlan;
  const digest = await blobs.put(newPlan);
  const parameters = steps.map((step) => step.parameters);
  const body = { plan: digest, playbook: playbook.name, action, parameters, evidence: input.evidence };
  await journal.append(newRecord(input, { kind: 'plan.created', message: summary, body }));
  return { plan: digest, playbook: playbook.name, summary };
}

function newRecord({ incident }: PlanInput, record: Pick<NewRecord, 'kind' | 'message' | 'body'>): NewRecord {
  return { ...record, incident: incident.id, trace: incident.trace };
}
