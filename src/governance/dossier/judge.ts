import { lowestTierOf } from '../../actions/lowest-tier.ts';
import type { Alert } from '../../domain/alert/alert.ts';
import type { Digest } from '../../lib/digest.ts';
import type { Dossier, RequestCause } from '../../domain/approval/dossier.ts';
import type { StepUp } from '../../domain/approval/step-up.ts';
import { clusterUnknown } from '../../domain/cluster-unknown.ts';
import { either } from '../../lib/either.ts';
import { plural } from '../../lib/plural.ts';
import { phaseOf } from '../../domain/policy/phase.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import {
  policyInput,
  scopeOf,
  type ClusterClassification,
  type PolicyInput,
} from '../../domain/policy/policy-input.ts';
import type { Blobs, Journal } from '../../domain/journal/ports.ts';
import type { Policy } from '../../domain/policy/ports.ts';
import type { Person } from '../../domain/approval/decision-token.ts';
import type { SignedReport } from '../../domain/rehearsal/report.ts';
import { tooManyFieldManagers } from '../../domain/rehearsal/review-limits.ts';
import type { Snapshot } from '../../domain/rehearsal/snapshot.ts';
import type { Verdict } from '../../domain/policy/verdict.ts';
import { denialSentences } from '../../domain/policy/denial-sentences.ts';
import { enforceFloor, type ApproverGroups } from '../../domain/policy/verdict-floor.ts';
import { roundsOf } from '../../domain/approval/reminder-rounds.ts';
import { dossierOf, type DossierInput, type DossierSeconds } from './dossier-of.ts';
import { fieldManagers } from './field-managers.ts';
import type { PhasesReader } from '../ports.ts';
import { rehearsedPlan, type RehearsedPlanDeps, type RehearsedPlanRef } from './rehearsed-plan.ts';

/** What `judge` needs from outside. */
export interface JudgeDeps extends RehearsedPlanDeps {
  journal: Journal;
  policy: Policy;
  phases: PhasesReader;
  clusters: readonly ClusterClassification[];
  /** For each tier: the groups whose approvals can count. */
  approverGroups: ApproverGroups;
  dossierSeconds: DossierSeconds;
  /** For each tier: how a person must sign in to approve. The gateway checks this with a configuration of its own. */
  stepUp: StepUp;
  clock: () => Date;
}

/** A rehearsed plan, and what the dossier shows about its incident. */
export type JudgeInput = RehearsedPlanRef & {
  alerts: Alert[];
  requestCause?: RequestCause | undefined;
  requesters: Person[];
};

/** The result of `judge`. `dossier` is absent if the verdict is a denial or the trust phase is shadow. */
export interface JudgeResult {
  verdict: Verdict;
  dossier?: { digest: Digest; createdAt: string; expiresAt: string };
}

/**
 * Asks policy for a verdict on a rehearsed plan. The floor (limits that policy cannot lower) can add an approval, or
 * turn the verdict into a denial. Writes the verdict to the journal. If the verdict allows the plan, makes a dossier.
 * Exception: in trust phase shadow, no dossier is made.
 * @throws AirlockError `cluster-unknown`, and the errors of `rehearsedPlan`, `policy`, `phases`, `blobs` and `journal`.
 */
export async function judge(deps: JudgeDeps, input: JudgeInput): Promise<JudgeResult> {
  const rehearsed = await rehearsedPlan(deps, input);
  const now = deps.clock();
  const inputForPolicy = await policyInputOf(deps, rehearsed, now);
  const floor = { ...inputForPolicy, approverGroups: deps.approverGroups, requesters: input.requesters };
  const managers = await fieldManagersOf(deps.blobs, rehearsed.rehearsal);
  const verdict = denyTooManyManagers(enforceFloor(await deps.policy.verdict(inputForPolicy), floor), managers);
  await recordVerdict(deps.journal, input, verdict);
  if (!verdict.allowed) return { verdict };
  if (verdict.phase === 'shadow') {
    await recordShadow(deps.journal, input, { verdict, plan: rehearsed.plan });
    return { verdict };
  }
  return { verdict, dossier: await offer(deps, input, { ...rehearsed, verdict, now, fieldManagers: managers }) };
}

async function policyInputOf(
  { clusters, phases }: JudgeDeps,
  { plan, rehearsal }: Awaited<ReturnType<typeof rehearsedPlan>>,
  now: Date,
): Promise<PolicyInput> {
  const cluster = clusters.find((known) => known.name === plan.cluster);
  if (!cluster) throw clusterUnknown(plan.cluster, 'airlock serve');
  const phase = phaseOf(await phases(), scopeOf(cluster, plan));
  const { report } = rehearsal.statement;
  return policyInput({ cluster, plan, report, phase, lowestTier: lowestTierOf(plan), now: now.toISOString() });
}

/** Reads the other managers of the changed fields from the snapshot of the rehearsal. */
async function fieldManagersOf(blobs: Blobs, { statement }: SignedReport): Promise<Dossier['fieldManagers']> {
  if (statement.report.diff.length === 0) return [];
  return fieldManagers((await blobs.get(statement.snapshot)) as Snapshot, statement.report.diff);
}

/** Turns a verdict into a denial if a person would have to review too many field managers. */
function denyTooManyManagers(verdict: Verdict, managers: Dossier['fieldManagers']): Verdict {
  const tooMany = tooManyFieldManagers(managers);
  if (!verdict.allowed || tooMany === undefined) return verdict;
  return { allowed: false, reasons: [{ rule: 'too-much-to-review', sentence: tooMany }] };
}

function tierReasons({ reasons }: Verdict): string {
  return reasons.length === 0 ? '' : `; reasons for the tier: ${reasons.map(({ sentence }) => sentence).join('; ')}`;
}

async function recordVerdict(
  journal: Journal,
  { incident, plan, report }: JudgeInput,
  verdict: Verdict,
): Promise<void> {
  const message = verdict.allowed
    ? `tier ${verdict.tier} in trust phase ${verdict.phase}${tierReasons(verdict)}`
    : `denied: ${denialSentences(verdict).join('; ')}`;
  const body = { plan, report, verdict };
  await journal.append({ kind: 'verdict.issued', incident: incident.id, trace: incident.trace, message, body });
}

/** Writes to the journal which approvals the plan would have needed. Only for trust phase shadow. */
async function recordShadow(
  journal: Journal,
  { incident, plan: digest, report }: JudgeInput,
  { verdict: { tier, obligation }, plan }: { verdict: Extract<Verdict, { allowed: true }>; plan: Plan },
): Promise<void> {
  const { approvals, groups } = obligation;
  const needed = `${plural(approvals, 'approval')} of ${either(groups)}`;
  await journal.append({
    kind: 'shadow.recorded',
    incident: incident.id,
    trace: incident.trace,
    message: `trust phase shadow, so nobody is asked to approve: ${plan.summary}; the plan would have needed ${needed}`,
    body: { plan: digest, report, playbook: plan.playbook.name, action: plan.action, tier, approvals, groups },
  });
}

async function offer(
  { blobs, journal, dossierSeconds, stepUp }: JudgeDeps,
  { incident, alerts, requestCause, requesters }: JudgeInput,
  judgedPlan: Pick<DossierInput, 'plan' | 'rehearsal' | 'verdict' | 'now' | 'fieldManagers'>,
): Promise<{ digest: Digest; createdAt: string; expiresAt: string }> {
  const incidentInput = { incident, alerts, requestCause, requesters };
  const dossier = dossierOf({ ...judgedPlan, ...incidentInput, dossierSeconds, stepUp });
  const digest = await blobs.put(dossier);
  const { createdAt, expiresAt, plan } = dossier;
  const { execute, obligation, phase } = judgedPlan.verdict;
  const [firstRound] = execute ? roundsOf(obligation, judgedPlan.now.getTime(), Date.parse(expiresAt)) : [];
  const need = execute
    ? `the plan needs ${plural(obligation.approvals, 'approval')}`
    : `the plan is not executed in trust phase ${phase}`;
  await journal.append({
    kind: 'dossier.offered',
    incident: incident.id,
    trace: incident.trace,
    message: `${plan.summary}; ${need}; the dossier expires at ${expiresAt}`,
    body: { digest, expiresAt, notified: firstRound ? [firstRound.group] : [] },
  });
  return { digest, createdAt, expiresAt };
}
