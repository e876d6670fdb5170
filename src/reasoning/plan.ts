import { badInput, refused } from '../lib/error.ts';
import { evidenceSchema, type Evidence } from '../domain/plan/evidence.ts';
import type { JournalEntry } from '../domain/journal/journal.ts';
import type { Plan } from '../domain/plan/plan.ts';
import type { Blobs, Journal } from '../domain/journal/ports.ts';
import type { GivenParameters } from '../domain/approval/request.ts';
import { escapeForTerminal } from '../lib/escape-for-terminal.ts';
import type { Playbook } from './playbooks/compile.ts';
import { evaluatePlaybook, type Evaluation } from './evaluate-playbook.ts';
import type { ReasoningActivities } from './contract.ts';
import { planUndo } from './plan-undo.ts';

/** What planning needs. */
export interface PlanDeps {
  /** In order of precedence: the first playbook that fits is chosen. */
  playbooks: readonly Playbook[];
  blobs: Blobs;
  journal: Pick<Journal, 'append'>;
}

/** Input of the activity `plan`. */
export type PlanInput = Parameters<ReasoningActivities['plan']>[0];

/**
 * Evaluates every playbook, in order of file names, and journals why each was or was not chosen. The first that fits makes
 * the plan. The playbooks after it are still evaluated, so the journal shows what precedence decided. When a playbook is
 * requested, only that one is evaluated. A requested undo is planned from the executed plan.
 */
export async function plan(deps: PlanDeps, input: PlanInput): ReturnType<ReasoningActivities['plan']> {
  const evidence = await load(deps.blobs, input);
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

interface Choice {
  evidence: Evidence;
  playbooks: readonly Playbook[];
  supplied: GivenParameters;
}

async function choose(
  deps: PlanDeps,
  input: PlanInput,
  { evidence, playbooks, supplied }: Choice,
): ReturnType<ReasoningActivities['plan']> {
  const evaluated = playbooks.map((playbook) => ({
    playbook,
    result: evaluatePlaybook(playbook, evidence, { ...input, supplied }),
  }));
  const chosen = evaluated.map(({ result }) => result).find((result) => 'plan' in result)?.plan;
  const reasons = evaluated.map(({ playbook, result }) => ({ playbook, reason: reasonOf(result, chosen) }));
  for (const { playbook, reason } of reasons) {
    const { name, digest } = playbook;
    const isChosen = name === chosen?.playbook.name;
    const message = `playbook ${name} ${isChosen ? 'was chosen' : 'was not chosen'}: ${reason}`;
    const body = { playbook: name, digest, chosen: isChosen, reason, evidence: input.evidence };
    await deps.journal.append(entry(input, { kind: 'playbook.evaluated', message, body }));
  }
  if (!chosen) {
    const sentences = reasons.map(({ playbook, reason }) => `${playbook.name}: ${reason}`);
    return { none: `no playbook fits: ${sentences.join('; ')}` };
  }
  return store(deps, input, chosen);
}

async function load(blobs: Blobs, { incident, evidence: digest }: PlanInput): Promise<Evidence> {
  const parsed = evidenceSchema.safeParse(await blobs.get(digest));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw badInput(`evidence ${digest}: ${issue?.path.join('.') ?? ''}`, issue?.message ?? 'does not match its schema');
  }
  if (parsed.data.cluster === incident.cluster) return parsed.data;
  const problem = `evidence ${digest} was taken in another cluster than that of incident ${incident.id}`;
  throw refused('evidence-mismatch', `${problem}: collect the evidence again`);
}

function reasonOf(result: Evaluation, chosen: Plan | undefined): string {
  if ('rejected' in result) return result.rejected;
  if (result.plan === chosen) return 'it is the first playbook whose causes match and whose conditions hold';
  return `it fits too, but ${chosen?.playbook.name ?? 'another'} has precedence`;
}

async function store({ blobs, journal }: PlanDeps, input: PlanInput, made: Plan) {
  const { playbook, action, steps, summary } = made;
  const digest = await blobs.put(made);
  const parameters = steps.map((step) => step.parameters);
  const body = { plan: digest, playbook: playbook.name, action, parameters, evidence: input.evidence };
  await journal.append(entry(input, { kind: 'plan.created', message: summary, body }));
  return { plan: digest, playbook: playbook.name, summary };
}

function entry({ incident }: PlanInput, record: Pick<JournalEntry, 'kind' | 'message' | 'body'>): JournalEntry {
  return { ...record, incident: incident.id, trace: incident.trace };
}
