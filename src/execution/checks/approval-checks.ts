import { lowestTierOf } from '../../actions/lowest-tier.ts';
import { approvalStatus } from '../../domain/approval/approval.ts';
import { purposeOfDecision, type AdmittedDecision } from '../../domain/approval/decision.ts';
import { clusterUnknown } from '../../domain/cluster-unknown.ts';
import { phaseOf, type Phases } from '../../domain/policy/phase.ts';
import { policyInput, scopeOf, type ClusterClassification } from '../../domain/policy/policy-input.ts';
import { plural } from '../../lib/plural.ts';
import type { Policy } from '../../domain/policy/ports.ts';
import type { Person } from '../../domain/approval/decision-token.ts';
import type { Report } from '../../domain/rehearsal/report.ts';
import type { Obligation, Tier, Verdict } from '../../domain/policy/verdict.ts';
import { enforceFloor, obligationFor, type ApproverGroups } from '../../domain/policy/verdict-floor.ts';
import { withinTimeLimits } from './dossier-age.ts';
import type { ExecutionContext } from './execution-context.ts';
import type { ArchivedDecision, DecisionArchive } from '../ports.ts';
import { verifyArchivedToken } from '../admission/verify-token.ts';
import { requestersOf, type RequestersDeps } from '../admission/requesters.ts';

/** What the checks of approvals need from outside. */
export interface ApprovalDeps extends RequestersDeps {
  policy: Policy;
  /** Reads the phases file on each call. The file sets the trust phase of each plan. */
  phases: () => Promise<Phases>;
  clusters: readonly ClusterClassification[];
  /**
   * For each tier: the groups whose approvals can count. The gateway's configuration lists them. Policy cannot add a
   * group.
   */
  approverGroups: ApproverGroups;
  /** Limit in seconds for each tier. It applies to the lifetime of a dossier and to the age of each approval. */
  maxDossierSeconds: Record<Tier, number>;
  decisionArchive: DecisionArchive;
}

/**
 * Passes if policy allows the execution, nobody has denied the dossier, the approvals are enough, and
 * `withinTimeLimits` passes. The gateway asks policy about the approved report and, if there is one, about the
 * preflight report. The gateway builds the policy input itself.
 * @returns the reasons why the check fails; empty if the check passes. Every check in this file returns such a list.
 * @throws AirlockError, for example `policy-unavailable` (retry) or `token-corrupt`.
 */
export async function allowedAndApproved(context: ExecutionContext, deps: ApprovalDeps): Promise<string[]> {
  const rehearsals = context.preflight ? [context.dossier.rehearsal, context.preflight] : [context.dossier.rehearsal];
  const reports = rehearsals.map(({ statement }) => statement.report);
  const verified = await verifiedDecisions(context, deps);
  const verdicts = await Promise.all(reports.map((report) => verdictOn(context, { report, ...verified }, deps)));
  const denials = verdicts.flatMap(policyAllows);
  if (denials.length > 0) return [...new Set(denials)];
  const approvalFailures = verdicts.flatMap((verdict) =>
    verdict.allowed ? approved(verdict.obligation, verified) : [],
  );
  if (approvalFailures.length > 0) return [...new Set(approvalFailures)];
  const timeFailures = verdicts.flatMap((verdict) =>
    verdict.allowed
      ? withinTimeLimits(context, approvalsFor(verdict.obligation, verified), deps.maxDossierSeconds[verdict.tier])
      : [],
  );
  return [...new Set(timeFailures)];
}

/**
 * Passes for an undo if the dossier had enough approvals, and no denial, when the execution began. The verdict in the
 * dossier says which approvals are needed. The gateway does not ask policy again, so a lower trust phase does not
 * prevent the undo.
 * @throws AirlockError, for example `token-corrupt`.
 */
export async function approvedAtStart(context: ExecutionContext, deps: ApprovalDeps): Promise<string[]> {
  const { verdict } = context.dossier;
  if (!verdict.allowed) return ['the verdict in the dossier denies the plan'];
  const verified = await verifiedDecisions(context, deps, context.startedAt ?? '');
  return approved(obligationFor(verdict.obligation, verified.requesters), verified);
}

async function verdictOn(
  { dossier: { plan }, now }: ExecutionContext,
  { report, requesters }: Pick<VerifiedDecisions, 'requesters'> & { report: Report },
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

function approved(obligation: Obligation, { decisions, requesters }: VerifiedDecisions): string[] {
  const status = approvalStatus(obligation, decisions, requesters);
  if (status.state === 'approved') return [];
  if (status.state === 'denied') return [`${status.by.subject} denied the dossier: ${status.by.reason}`];
  const groups = obligation.groups.join(' or ');
  const distinct = obligation.distinctGroups ? '; each approver must count for a different group' : '';
  return [`the dossier needs ${plural(status.missing, 'more approval')} by people in group ${groups}${distinct}`];
}

function approvalsFor(obligation: Obligation, { decisions, requesters }: VerifiedDecisions): AdmittedDecision[] {
  const status = approvalStatus(obligation, decisions, requesters);
  return status.state === 'approved' ? status.by : [];
}

/** The verified decisions on a dossier. The approvals by `requesters` do not count. */
interface VerifiedDecisions {
  decisions: AdmittedDecision[];
  requesters: Person[];
}

/**
 * Returns the decisions on a dossier, and the dossier's requesters. Verifies each archived token again.
 * @param until time, ISO 8601. Tokens that were admitted later are ignored.
 */
async function verifiedDecisions(
  { digest, dossier }: ExecutionContext,
  deps: ApprovalDeps,
  until?: string,
): Promise<VerifiedDecisions> {
  const archived = await deps.decisionArchive.ofDossier(digest);
  const counted = archived.filter(({ admittedAt }) => until === undefined || admittedAt <= until);
  const [requesters, decisions] = await Promise.all([
    requestersOf(deps, dossier, until),
    Promise.all(counted.map((each) => verifyAgain(each, deps))),
  ]);
  return { decisions, requesters };
}

async function verifyAgain(archived: ArchivedDecision, deps: ApprovalDeps): Promise<AdmittedDecision> {
  const { decision, admittedAt, key } = archived;
  const { dossier, verb, reason, token } = decision;
  const claims = await verifyArchivedToken(
    deps,
    { ...purposeOfDecision(decision), what: dossier },
    { token, key, admittedAt },
  );
  const { iss: issuer, sub: subject, groups } = claims;
  return { dossier, verb, reason, issuer, subject, groups, admittedAt };
}
