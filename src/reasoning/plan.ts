import { badInput, refused } from '../lib/error.ts';
import { evidenceSchema, type Evidence } from '../domain/plan/evidence.ts';
import type { JournalEntry } from '../domain/journal/journal.ts';
import type { Plan } from '../domain/plan/plan.ts';
import type { Blobs, Journal } from '../domain/ports.ts';
import type { GivenParameters } from '../domain/approval/request.ts';
import { visible } from '../lib/escape-for-terminal.ts';
import type { Playbook } from './playbooks/compile.ts';
import { consider } from './consider.ts';
import type { ReasoningActivities } from './contract.ts';
import { undoing } from './undoing.ts';

/** What planning needs. */
export interface PlanDeps {
  /** In their order of precedence. */
  playbooks: readonly Playbook[];
  blobs: Blobs;
  journal: Pick<Journal, 'append'>;
}

/** What is to be planned for. */
export type PlanInput = Parameters<ReasoningActivities['plan']>[0];

/**
 * Considers every playbook, in file-name order, and writes down why each was or was not chosen; the first that fits is
 * planned. Playbooks after it are still considered, so that the journal shows what precedence decided. Where one is
 * wanted it is the only one that is considered; an undo is planned from the plan that it takes back.
 */
export async function plan(deps: PlanDeps, input: PlanInput): ReturnType<ReasoningActivities['plan']> {
  const evidence = await load(deps.blobs, input);
  const { wanted } = input;
  if (!wanted) return choose(deps, input, { evidence, playbooks: deps.playbooks, given: {} });
  if ('undo' in wanted) {
    const undo = await undoing(deps.blobs, evidence, wanted);
    return 'plan' in undo ? keep(deps, input, undo.plan) : { none: `it cannot be taken back: ${undo.not}` };
  }
  const playbooks = deps.playbooks.filter(({ name }) => name === wanted.playbook);
  if (playbooks.length === 0) return { none: `there is no playbook ${visible(wanted.playbook)}` };
  return choose(deps, input, { evidence, playbooks, given: wanted.parameters });
}

interface Choice {
  evidence: Evidence;
  playbooks: readonly Playbook[];
  given: GivenParameters;
}

async function choose(
  deps: PlanDeps,
  input: PlanInput,
  { evidence, playbooks, given }: Choice,
): ReturnType<ReasoningActivities['plan']> {
  const considered = playbooks.map((playbook) => ({
    playbook,
    result: consider(playbook, evidence, { ...input, given }),
  }));
  const chosen = considered.map(({ result }) => result).find((result) => 'plan' in result)?.plan;
  const whys = considered.map(({ playbook, result }) => ({ playbook, why: why(result, chosen) }));
  for (const { playbook, why } of whys) {
    const { name, digest } = playbook;
    const isChosen = name === chosen?.playbook.name;
    const fact = `playbook ${name} ${isChosen ? 'was chosen' : 'was not chosen'}: ${why}`;
    const body = { playbook: name, digest, chosen: isChosen, why, evidence: input.evidence };
    await deps.journal.append(entry(input, { kind: 'playbook.considered', fact, body }));
  }
  if (!chosen)
    return { none: `no playbook fits: ${whys.map(({ playbook, why }) => `${playbook.name}: ${why}`).join('; ')}` };
  return keep(deps, input, chosen);
}

async function load(blobs: Blobs, { incident, evidence: digest }: PlanInput): Promise<Evidence> {
  const parsed = evidenceSchema.safeParse(await blobs.get(digest));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw badInput(`evidence ${digest}: ${issue?.path.join('.') ?? ''}`, issue?.message ?? 'not accepted');
  }
  if (parsed.data.cluster === incident.cluster) return parsed.data;
  const where = `evidence ${digest} is about another cluster than incident ${incident.id}`;
  throw refused('evidence-mismatch', `${where}: observe again`);
}

function why(result: ReturnType<typeof consider>, chosen: Plan | undefined): string {
  if ('not' in result) return result.not;
  if (result.plan === chosen) return 'it is the first whose cause and evidence hold';
  return `it fits too, but ${chosen?.playbook.name ?? 'another'} stands before it`;
}

async function keep({ blobs, journal }: PlanDeps, input: PlanInput, made: Plan) {
  const { playbook, action, steps, summary } = made;
  const digest = await blobs.put(made);
  const parameters = steps.map((step) => step.parameters);
  const body = { plan: digest, playbook: playbook.name, action, parameters, evidence: input.evidence };
  await journal.append(entry(input, { kind: 'plan.made', fact: summary, body }));
  return { plan: digest, playbook: playbook.name, summary };
}

function entry({ incident }: PlanInput, what: Pick<JournalEntry, 'kind' | 'fact' | 'body'>): JournalEntry {
  return { ...what, incident: incident.id, trace: incident.trace };
}
