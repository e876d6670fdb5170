import { lowestTierOf } from '../../actions/lowest-tier.ts';
import { approvalStatus } from '../../domain/approval/approval.ts';
import { decisionsOn, type RecordedDecision } from '../../domain/approval/admission.ts';
import type { AdmittedDecision } from '../../domain/approval/decision.ts';
import type { StepUp } from '../../domain/approval/step-up.ts';
import { clusterUnknown } from '../../domain/cluster-unknown.ts';
import { phaseOf, type Phases } from '../../domain/policy/phase.ts';
import { policyInput, scopeOf, type ClusterClassification } from '../../domain/policy/policy-input.ts';
import { plural } from '../../lib/plural.ts';
import type { Policy } from '../../domain/policy/ports.ts';
import type { Person } from '../../domain/approval/decision-token.ts';
import type { Report } from '../../domain/rehearsal/report.ts';
import type { Obligation, Tier, Verdict } from '../../domain/policy/verdict.ts';
import { enforceFloor, obligationFor, type ApproverGroups } from '../../domain/policy/verdict-floor.ts';
import { decisionsOfTier } from './decisions-of-tier.ts';
import { withinTimeLimits } from './dossier-age.ts';
import type { CheckContext } from './execution-context.ts';
import { requestersOf } from '../admission/requesters.ts';

/** What the checks of approvals need from outside. */
export interface ApprovalDeps {
  policy: Policy;
  /** Reads the phases file on each call. The file sets the trust phase of each plan. */
  phases: () => Promise<Phases>;
  clusters: readonly ClusterClassification[];
  /**
   * For each tier: the groups whose approvals can count. The gateway's configuration lists them. Policy cannot add a
   * group.
   */
  approverGroups: ApproverGroups;
  /** For each tier: how a person must have signed in to approve. An approval without such a sign-in does not count. */
  stepUp: StepUp;
  /** Limit in seconds for each tier. It applies to the lifetime of a dossier and to the age of each approval. */
  maxDossierSeconds: Record<Tier, number>;
}

/**
 * Passes if policy allows the execution, nobody has denied the dossier, the approvals are enough, and
 * `withinTimeLimits` passes. The gateway asks policy about the approved report and, if there is one, about the
 * preflight report. The gateway builds the policy input itself.
 * @returns the reasons why the check fails; empty if the check passes. Every check in this file returns such a list.
 * @throws AirlockError, for example `policy-unavailable` (retry).
 */
export async function allowedAndApproved(context: CheckContext, deps: ApprovalDeps): Promise<string[]> {
  const rehearsals = context.preflight ? [context.dossier.rehearsal, context.preflight] : [context.dossier.rehearsal];
  const reports = rehearsals.map(({ statement }) => statement.report);
  const verified = decisionsIn(context);
  const verdicts = await Promise.all(reports.map((report) => verdictOn(context, { report, ...verified }, deps)));
  const denials = verdicts.flatMap(policyAllows);
  if (denials.length > 0) return [...new Set(denials)];
  const approvalFailures = verdicts.flatMap((verdict) =>
    verdict.allowed ? approved(verdict, verified, deps.stepUp) : [],
  );
  if (approvalFailures.length > 0) return [...new Set(approvalFailures)];
  const timeFailures = verdicts.flatMap((verdict) =>
    verdict.allowed
      ? withinTimeLimits(context, approvalsFor(verdict, verified, deps.stepUp), deps.maxDossierSeconds[verdict.tier])
      : [],
  );
  return [...new Set(timeFailures)];
}

/**
 * Passes for an undo if the dossier had enough approvals, and no denial, when the execution began. The verdict in the
 * dossier says which approvals are needed. The gateway does not ask policy again, so a lower trust phase does not
 * prevent the undo.
 */
export function approvedAtStart(context: CheckContext): string[] {
  const { verdict } = context.dossier;
  if (!verdict.allowed) return ['the verdict in the dossier denies the plan'];
  const verified = decisionsIn(context, context.startedAt ?? '');
  const obligation = obligationFor(verdict.obligation, verified.requesters);
  return approved({ ...verdict, obligation }, verified, noStepUp);
}

async function verdictOn(
  { dossier: { plan }, now }: CheckContext,
  { report, requesters }: Pick<CountedDecisions, 'requesters'> & { report: Report },
  deps: ApprovalDeps,
): Promise<Verdict> {
  const cluster = deps.clusters.find((known) => known.name === plan.cluster);
  if (!cluster) throw clusterUnknown(plan.cluster, 'airlock gateway');
  const phase = phaseOf(await deps.phases(), scopeOf(cluster, plan));
  const lowestTier = lowestTierOf(plan);
  const input = policyInput({ cluster, plan, report, phase, lowestTier, now: now.toISOString() });
  return enforceFloor(await deps.policy.verdict(input), {
    phase,
    lowestTier,
    approverGroups: deps.approverGroups,
    requesters,
  });
}

function policyAllows(verdict: Verdict): string[] {
  if (!verdict.allowed) return verdict.reasons.map(({ rule, sentence }) => `policy denies (${rule}): ${sentence}`);
  return verdict.execute ? [] : [`policy allows no execution in phase ${verdict.phase}`];
}

/** A configuration that became stricter after the start of an execution must not prevent the undo. */
const noStepUp: StepUp = { low: {}, medium: {}, high: {} };

/** The tier of a plan, and the approvals that it needs. */
interface Needed {
  tier: Tier;
  obligation: Obligation;
}

function approved({ tier, obligation }: Needed, { decisions, requesters }: CountedDecisions, stepUp: StepUp): string[] {
  const { counted, refusals } = decisionsOfTier(decisions, tier, stepUp);
  const status = approvalStatus(obligation, counted, requesters);
  if (status.state === 'approved') return [];
  if (status.state === 'denied') return [`${status.by.subject} denied the dossier: ${status.by.reason}`];
  const groups = obligation.groups.join(' or ');
  const distinct = obligation.distinctGroups ? '; each approver must count for a different group' : '';
  const missing = `the dossier needs ${plural(status.missing, 'more approval')} by people in group ${groups}${distinct}`;
  return [missing, ...refusals];
}

function approvalsFor(
  { tier, obligation }: Needed,
  { decisions, requesters }: CountedDecisions,
  stepUp: StepUp,
): AdmittedDecision[] {
  const status = approvalStatus(obligation, decisionsOfTier(decisions, tier, stepUp).counted, requesters);
  return status.state === 'approved' ? status.by : [];
}

/** The decisions on a dossier. The approvals by `requesters` do not count. */
interface CountedDecisions {
  decisions: RecordedDecision[];
  requesters: Person[];
}

/**
 * Returns the decisions on the context's dossier, and the dossier's requesters.
 * @param until time, ISO 8601. What was admitted later is ignored. Without this limit, a person's later edit could make
 * their earlier approval invalid.
 */
function decisionsIn({ digest, dossier, admissions }: CheckContext, until?: string): CountedDecisions {
  const counted = admissions.filter(({ admittedAt }) => until === undefined || admittedAt <= until);
  return { decisions: decisionsOn(counted, digest), requesters: requestersOf(dossier, counted) };
}
