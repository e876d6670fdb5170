import { lowestTierOf } from '../../actions/lowest-tier.ts';
import { approvalOf } from '../../domain/approval/approval.ts';
import { purposeOfDecision, type AdmittedDecision } from '../../domain/approval/decision.ts';
import { clusterUnknown } from '../../domain/cluster-unknown.ts';
import { phaseOf, type Phases } from '../../domain/policy/phase.ts';
import { policyInput, scopeOf, type ClusterClassification } from '../../domain/policy/policy-input.ts';
import type { Policy } from '../../domain/policy/ports.ts';
import type { Person } from '../../domain/approval/decision-token.ts';
import type { Report } from '../../domain/rehearsal/report.ts';
import type { Obligation, Tier, Verdict } from '../../domain/policy/verdict.ts';
import { enforceFloor, obligationFor } from '../../domain/policy/verdict-floor.ts';
import { tooOld } from './dossier-age.ts';
import type { ExecutionContext } from './execution-context.ts';
import type { ArchivedDecision, DecisionArchive } from '../ports.ts';
import { verifyArchivedToken } from '../admission/verify-token.ts';
import { requestersOf, type RequestersDeps } from '../admission/requesters.ts';

/** What the checks of approvals need from outside. */
export interface ApprovalDeps extends RequestersDeps {
  policy: Policy;
  /** Reads the phases file (which plans are in which trust phase) on each call. */
  phases: () => Promise<Phases>;
  clusters: readonly ClusterClassification[];
  /** The groups whose approvals can count, from the gateway's own configuration. Policy cannot add groups. */
  approverGroups: readonly string[];
  /**
   * For each risk tier: limit in seconds on the lifetime of a dossier and on the age of the decisions that approve it.
   */
  maxDossierSeconds: Record<Tier, number>;
  decisionArchive: DecisionArchive;
}

/**
 * Passes if policy allows the execution, the admitted decisions are the approvals that policy demands, and neither
 * dossier nor approvals are too old. The gateway evaluates policy again, with input that the gateway builds itself, for
 * the approved report and for the preflight report. Like every check here, returns the reasons why the check fails;
 * empty if the check passes.
 */
export async function allowedAndApproved(context: ExecutionContext, deps: ApprovalDeps): Promise<string[]> {
  const rehearsals = context.preflight ? [context.dossier.rehearsal, context.preflight] : [context.dossier.rehearsal];
  const reports = rehearsals.map(({ statement }) => statement.report);
  const records = await verifiedRecords(context, deps);
  const verdicts = await Promise.all(reports.map((report) => verdictOn(context, { report, ...records }, deps)));
  const denied = verdicts.flatMap(denials);
  if (denied.length > 0) return [...new Set(denied)];
  const missing = verdicts.flatMap((verdict) => (verdict.allowed ? missingApprovals(verdict.obligation, records) : []));
  if (missing.length > 0) return [...new Set(missing)];
  const old = verdicts.flatMap((verdict) =>
    verdict.allowed
      ? tooOld(context, approvalsFor(verdict.obligation, records), deps.maxDossierSeconds[verdict.tier])
      : [],
  );
  return [...new Set(old)];
}

/**
 * Passes for an undo if the decisions that approved the execution are still valid and enough. Policy is not evaluated:
 * the approvals of the execution cover its undo too, and a lower trust phase must not prevent an undo.
 */
export async function stillApproved(context: ExecutionContext, deps: ApprovalDeps): Promise<string[]> {
  const { verdict } = context.dossier;
  if (!verdict.allowed) return ['the dossier was never allowed'];
  const records = await verifiedRecords(context, deps, context.startedAt ?? '');
  return missingApprovals(obligationFor(verdict.obligation, records.requesters), records);
}

async function verdictOn(
  { dossier: { plan }, now }: ExecutionContext,
  { report, requesters }: Pick<VerifiedRecords, 'requesters'> & { report: Report },
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

function denials(verdict: Verdict): string[] {
  if (!verdict.allowed) return verdict.reasons.map(({ rule, sentence }) => `policy denies (${rule}): ${sentence}`);
  return verdict.execute ? [] : [`nothing is executed in phase ${verdict.phase}`];
}

function missingApprovals(obligation: Obligation, { decisions, requesters }: VerifiedRecords): string[] {
  const approval = approvalOf(obligation, decisions, requesters);
  if (approval.state === 'approved') return [];
  if (approval.state === 'denied') return [`${approval.by.subject} denied the dossier: ${approval.by.reason}`];
  return [`${approval.missing} more approval(s) of ${obligation.groups.join(' or ')} needed`];
}

function approvalsFor(obligation: Obligation, { decisions, requesters }: VerifiedRecords): AdmittedDecision[] {
  const approval = approvalOf(obligation, decisions, requesters);
  return approval.state === 'approved' ? approval.by : [];
}

/** The verified decisions on a dossier, and the people whose approval of it does not count. */
interface VerifiedRecords {
  decisions: AdmittedDecision[];
  requesters: Person[];
}

/**
 * Verifies every archived token again: of the decisions on the dossier, and of the incident's requests and edits.
 * @param until time, ISO 8601. Tokens that were admitted later are ignored.
 */
async function verifiedRecords(
  { digest, dossier }: ExecutionContext,
  deps: ApprovalDeps,
  until?: string,
): Promise<VerifiedRecords> {
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
