import { lowestTierOf } from '../../actions/lowest-tier.ts';
import type { Alert } from '../../domain/alert/alert.ts';
import type { Digest } from '../../lib/digest.ts';
import type { Asked } from '../../domain/approval/dossier.ts';
import { refused } from '../../lib/error.ts';
import { phaseOf } from '../../domain/policy/phase.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { policyInput, scopeOf, type ClusterFacts, type PolicyInput } from '../../domain/policy/policy-input.ts';
import type { Journal, Policy } from '../../domain/ports.ts';
import type { Person } from '../../domain/approval/decision-token.ts';
import type { Snapshot } from '../../domain/rehearsal/snapshot.ts';
import type { Verdict } from '../../domain/policy/verdict.ts';
import { fitting } from '../../domain/policy/verdict-fits.ts';
import { turnsOf } from '../../domain/approval/escalation.ts';
import { dossierOf, type DossierFacts, type DossierSeconds } from './dossier-of.ts';
import type { PhasesReader } from '../ports.ts';
import { rehearsedPlan, type RehearsedPlanDeps, type Wanted } from './rehearsed-plan.ts';

export interface JudgeDeps extends RehearsedPlanDeps {
  journal: Journal;
  policy: Policy;
  phases: PhasesReader;
  clusters: readonly ClusterFacts[];
  /** Every group whose approvals can count. */
  approverGroups: readonly string[];
  dossierSeconds: DossierSeconds;
  clock: () => Date;
}

export type JudgeInput = Wanted & { alerts: Alert[]; asked?: Asked | undefined; requesters: Person[] };
export interface Judged {
  verdict: Verdict;
  dossier?: { digest: Digest; expiresAt: string };
}

/**
 * Asks policy about a rehearsed plan; where it does not deny, and the phase lets people see it, makes the dossier.
 * @throws AirlockError `report-refused`, `cluster-unknown`, or what policy, blobs and journal throw.
 */
export async function judge(deps: JudgeDeps, input: JudgeInput): Promise<Judged> {
  const rehearsed = await rehearsedPlan(deps, input);
  const now = deps.clock();
  const asked = await questionOf(deps, rehearsed, now);
  const verdict = fitting(await deps.policy.verdict(asked), {
    ...asked,
    approverGroups: deps.approverGroups,
    requesters: input.requesters,
  });
  await record(deps.journal, input, verdict);
  if (!verdict.allowed) return { verdict };
  if (verdict.phase === 'shadow') {
    await recordShadow(deps.journal, input, { verdict, plan: rehearsed.plan });
    return { verdict };
  }
  return { verdict, dossier: await offer(deps, input, { ...rehearsed, verdict, now }) };
}

async function questionOf(
  { clusters, phases }: JudgeDeps,
  { plan, rehearsal }: Awaited<ReturnType<typeof rehearsedPlan>>,
  now: Date,
): Promise<PolicyInput> {
  const cluster = clusters.find((known) => known.name === plan.cluster);
  if (!cluster) throw refused('cluster-unknown', `cluster ${plan.cluster} is not configured: add it, then ask again`);
  const phase = phaseOf(await phases(), scopeOf(cluster, plan));
  const { report } = rehearsal.statement;
  return policyInput({ cluster, plan, report, phase, lowestTier: lowestTierOf(plan), now: now.toISOString() });
}

async function record(journal: Journal, { incident, plan, report }: JudgeInput, verdict: Verdict): Promise<void> {
  const why = verdict.reasons.map(({ rule, sentence }) => `${rule}: ${sentence}`).join('; ');
  const fact = verdict.allowed ? `${verdict.tier} in phase ${verdict.phase}: ${why}` : `denied: ${why}`;
  const body = { plan, report, verdict };
  await journal.append({ kind: 'verdict.given', incident: incident.id, trace: incident.trace, fact, body });
}

/** What phase shadow would have done, for whoever scores it: no dossier, so that nobody can be asked or sign. */
async function recordShadow(
  journal: Journal,
  { incident, plan: digest, report }: JudgeInput,
  { verdict: { tier, obligation }, plan }: { verdict: Extract<Verdict, { allowed: true }>; plan: Plan },
): Promise<void> {
  const { approvals, groups } = obligation;
  await journal.append({
    kind: 'shadow.recorded',
    incident: incident.id,
    trace: incident.trace,
    fact: `would have asked ${approvals} of ${groups.join(', ')} for: ${plan.summary}`,
    body: { plan: digest, report, playbook: plan.playbook.name, action: plan.action, tier, approvals, groups },
  });
}

async function offer(
  { blobs, journal, dossierSeconds }: JudgeDeps,
  { incident, alerts, asked, requesters }: JudgeInput,
  facts: Pick<DossierFacts, 'plan' | 'rehearsal' | 'verdict' | 'now'>,
): Promise<{ digest: Digest; expiresAt: string }> {
  const snapshot = (await blobs.get(facts.rehearsal.statement.snapshot)) as Snapshot;
  const seconds = dossierSeconds;
  const dossier = dossierOf({ ...facts, incident, alerts, asked, requesters, seconds, snapshot });
  const digest = await blobs.put(dossier);
  const { expiresAt, plan } = dossier;
  const { execute, obligation } = facts.verdict;
  const [first] = execute ? turnsOf(obligation, facts.now.getTime(), Date.parse(expiresAt)) : [];
  await journal.append({
    kind: 'dossier.offered',
    incident: incident.id,
    trace: incident.trace,
    fact: `${plan.summary}: ${obligation.approvals} approval(s) needed until ${expiresAt}`,
    body: { digest, expiresAt, asked: first ? [first.group] : [] },
  });
  return { digest, expiresAt };
}
