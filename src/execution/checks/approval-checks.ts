import { lowestTierOf } from '../../actions/lowest-tier.ts';
import { approvalOf } from '../../domain/approval/approval.ts';
import { proofOfDecision, type AdmittedDecision } from '../../domain/approval/decision.ts';
import { refused } from '../../lib/error.ts';
import { phaseOf, type Phases } from '../../domain/policy/phase.ts';
import { policyInput, scopeOf, type ClusterFacts } from '../../domain/policy/policy-input.ts';
import type { Policy } from '../../domain/ports.ts';
import type { Person } from '../../domain/approval/decision-token.ts';
import type { Report } from '../../domain/rehearsal/report.ts';
import type { Obligation, Tier, Verdict } from '../../domain/policy/verdict.ts';
import { fitting, obligationFor } from '../../domain/policy/verdict-fits.ts';
import { outlived } from './dossier-age.ts';
import type { Facts } from './facts.ts';
import type { Admission, Admissions } from '../ports.ts';
import { proveAgain } from '../admission/verify-token.ts';
import { requestersOf, type RequestersDeps } from '../admission/requesters.ts';

/** What approvals are judged with. */
export interface ApprovalDeps extends RequestersDeps {
  policy: Policy;
  /** Reads the phases file, each time. */
  phases: () => Promise<Phases>;
  clusters: readonly ClusterFacts[];
  /** Every group whose approvals can count, whatever policy names. */
  approverGroups: readonly string[];
  /** Longest time that a dossier and a decision on it may count, seconds, by tier. */
  maxDossierSeconds: Record<Tier, number>;
  admissions: Admissions;
}

/** Policy, asked anew with input derived here, allows the execution, and the admitted proofs meet what it demands. */
export async function allowedAndApproved(facts: Facts, deps: ApprovalDeps): Promise<string[]> {
  const reports = [facts.dossier.rehearsal, ...(facts.door ? [facts.door] : [])].map(
    ({ statement }) => statement.report,
  );
  const said = await whatWasSaid(facts, deps);
  const verdicts = await Promise.all(reports.map((report) => ask(facts, { report, ...said }, deps)));
  const denied = verdicts.flatMap(denials);
  if (denied.length > 0) return [...new Set(denied)];
  const missing = verdicts.flatMap((verdict) => (verdict.allowed ? unmet(verdict.obligation, said) : []));
  if (missing.length > 0) return [...new Set(missing)];
  const old = verdicts.flatMap((verdict) =>
    verdict.allowed ? outlived(facts, carrying(verdict.obligation, said), deps.maxDossierSeconds[verdict.tier]) : [],
  );
  return [...new Set(old)];
}

/**
 * The proofs that carried the first execution still verify and still carry. Policy is not asked: taking a change back
 * stands under the same signature, and a demotion must not stop it.
 */
export async function approvedBefore(facts: Facts, deps: ApprovalDeps): Promise<string[]> {
  const { verdict } = facts.dossier;
  if (!verdict.allowed) return ['the dossier was never allowed'];
  const said = await whatWasSaid(facts, deps, facts.begun ?? '');
  return unmet(obligationFor(verdict.obligation, said.requesters), said);
}

async function ask(
  { dossier: { plan }, now }: Facts,
  { report, requesters }: Pick<Said, 'requesters'> & { report: Report },
  deps: ApprovalDeps,
): Promise<Verdict> {
  const cluster = deps.clusters.find((known) => known.name === plan.cluster);
  if (!cluster) throw refused('cluster-unknown', `cluster ${plan.cluster} is not configured for the gateway`);
  const phase = phaseOf(await deps.phases(), scopeOf(cluster, plan));
  const lowestTier = lowestTierOf(plan);
  const input = policyInput({ cluster, plan, report, phase, lowestTier, now: now.toISOString() });
  return fitting(await deps.policy.verdict(input), {
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

function unmet(obligation: Obligation, { decisions, requesters }: Said): string[] {
  const approval = approvalOf(obligation, decisions, requesters);
  if (approval.state === 'approved') return [];
  if (approval.state === 'denied') return [`${approval.by.subject} denied it: ${approval.by.reason}`];
  return [`${approval.missing} more approval(s) of ${obligation.groups.join(' or ')} needed`];
}

function carrying(obligation: Obligation, { decisions, requesters }: Said): AdmittedDecision[] {
  const approval = approvalOf(obligation, decisions, requesters);
  return approval.state === 'approved' ? approval.by : [];
}

/** What people said about a dossier. */
interface Said {
  decisions: AdmittedDecision[];
  requesters: Person[];
}

/** Every archived proof about the dossier, verified again as of the moment it was admitted; later ones left out. */
async function whatWasSaid({ digest, dossier }: Facts, deps: ApprovalDeps, until?: string): Promise<Said> {
  const archived = await deps.admissions.ofDossier(digest);
  const counted = archived.filter((admission) => until === undefined || admission.admittedAt <= until);
  const [requesters, decisions] = await Promise.all([
    requestersOf(deps, dossier, until),
    Promise.all(counted.map((admission) => reverify(admission, deps))),
  ]);
  return { decisions, requesters };
}

async function reverify(admission: Admission, deps: ApprovalDeps): Promise<AdmittedDecision> {
  const { decision, admittedAt, key } = admission;
  const { dossier, verb, reason, proof } = decision;
  const claims = await proveAgain(deps, { ...proofOfDecision(decision), what: dossier }, { proof, key, admittedAt });
  const { iss: issuer, sub: subject, groups } = claims;
  return { dossier, verb, reason, issuer, subject, groups, admittedAt };
}
