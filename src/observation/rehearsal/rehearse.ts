import type { Digest } from '../../lib/digest.ts';
import type { Incident } from '../../domain/incident/incident.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { Blobs, Journal } from '../../domain/journal/ports.ts';
import type { Outcome, Report, SignedReport } from '../../domain/rehearsal/report.ts';
import { changeTooLarge } from '../../domain/rehearsal/review-limits.ts';
import type { Snapshot } from '../../domain/rehearsal/snapshot.ts';
import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';
import type { Json } from '../../lib/json/json.ts';
import { omitUndefined } from '../../lib/omit-undefined.ts';
import { loadPlan } from './load-plan.ts';
import { ownFindings } from './own-findings.ts';
import { failedReport, parseReport } from './parse-report.ts';
import type { ReadLeases, ReportSigner, Sandbox } from '../ports.ts';
import { takeSnapshot, type SnapshotDeps } from '../snapshot/take-snapshot.ts';

/** The dependencies of `rehearse`. */
export interface RehearseDeps extends Omit<SnapshotDeps, 'reader'> {
  leases: ReadLeases;
  blobs: Blobs;
  journal: Journal;
  sandbox: Sandbox;
  signer: ReportSigner;
  /** Limit on each wait of a rehearsal, in seconds. For example, a rehearsal waits for controllers after the plan. */
  horizonSeconds: number;
  /** The sandbox divides modelled delays, such as the time until a container is ready, by this number. */
  speed: number;
}

/** Input of the activity `rehearse`. */
export interface RehearseInput {
  incident: Incident;
  plan: Digest;
  /**
   * The gateway's challenge and the execution id. Set only for a preflight (the rehearsal immediately before an
   * execution).
   */
  preflight?: { challenge: string; execution: string };
}

/**
 * Runs one rehearsal: takes a snapshot, computes the change, runs the sandbox, signs the report, and stores the signed
 * report. The signed report of a preflight also contains the gateway's challenge and the execution id.
 * @returns `report`: the digest of the signed report. `outcome` and `reason`: as in the report. If a check fails, the
 * outcome is `unsafe`.
 * @throws AirlockError if the rehearsal cannot run, such as `sandbox-busy`.
 */
export async function rehearse(
  deps: RehearseDeps,
  input: RehearseInput,
): Promise<{ report: Digest; outcome: Outcome; reason: string }> {
  const { incident } = input;
  const plan = await loadPlan(deps.blobs, input.plan, incident);
  const reader = await deps.leases.reader({ cluster: incident.cluster, incident: incident.id, trace: incident.trace });
  const snapshot = await takeSnapshot({ ...deps, reader }, plan);
  const report = await runSandbox(deps, plan, snapshot);
  const signed = await sign(deps, input, { snapshot, report });
  const signedReportDigest = await deps.blobs.put(signed);
  await record(deps.journal, input, { report, signedReportDigest, snapshotDigest: signed.statement.snapshot });
  return { report: signedReportDigest, outcome: report.outcome, reason: report.reason };
}

/** Runs the sandbox, unless the change is too large for a person to review. Such a plan is never executed. */
async function runSandbox(
  { sandbox, horizonSeconds, speed }: RehearseDeps,
  plan: Plan,
  snapshot: Snapshot,
): Promise<Report> {
  const own = ownFindings(plan, snapshot);
  const tooLarge = changeTooLarge(own.diff);
  if (tooLarge !== undefined) return failedReport(plan, tooLarge);
  const raw = await sandbox.rehearse({ version: 'airlock-bundle/1', plan, snapshot, horizonSeconds, speed });
  return parseReport(raw, plan, own);
}

async function sign(
  { blobs, signer }: RehearseDeps,
  { incident, preflight }: RehearseInput,
  { snapshot, report }: { snapshot: Snapshot; report: Report },
): Promise<SignedReport> {
  const statement: SignedReport['statement'] = omitUndefined({
    version: 'airlock-statement/1' as const,
    cluster: snapshot.cluster,
    incident: incident.id,
    takenAt: snapshot.takenAt,
    snapshot: await blobs.put(snapshot),
    report,
    challenge: preflight?.challenge,
    execution: preflight?.execution,
  });
  return { statement, signature: await signer.sign(statement) };
}

async function record(
  journal: Journal,
  { incident, plan, preflight }: RehearseInput,
  {
    report,
    signedReportDigest,
    snapshotDigest,
  }: { report: Report; signedReportDigest: Digest; snapshotDigest: Digest },
): Promise<void> {
  const { outcome, reason, checks, unknowns } = report;
  const failed = checks.filter((check) => !check.passed).map((check) => check.id);
  await journal.append({
    kind: preflight ? 'preflight.completed' : 'rehearsal.completed',
    incident: incident.id,
    trace: incident.trace,
    message: `${outcome}: ${escapeForTerminal(reason.slice(0, 500))}`,
    body: omitUndefined<Record<string, Json>>({
      report: signedReportDigest,
      plan,
      snapshot: snapshotDigest,
      outcome,
      failed,
      unknowns: unknowns.length,
      execution: preflight?.execution,
    }),
  });
}
