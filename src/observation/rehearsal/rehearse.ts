import type { Digest } from '../../lib/digest.ts';
import type { Incident } from '../../domain/incident/incident.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { Blobs, Journal } from '../../domain/journal/ports.ts';
import type { Outcome, Report, SignedReport } from '../../domain/rehearsal/report.ts';
import type { Snapshot } from '../../domain/rehearsal/snapshot.ts';
import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';
import type { Json } from '../../lib/json/json.ts';
import { omitUndefined } from '../../lib/omit-undefined.ts';
import { loadPlan } from './load-plan.ts';
import { parseReport } from './parse-report.ts';
import type { ReadLeases, ReportSigner, Sandbox } from '../ports.ts';
import { takeSnapshot, type SnapshotDeps } from '../snapshot/take-snapshot.ts';

/** What `rehearse` needs from outside. */
export interface RehearseDeps extends Omit<SnapshotDeps, 'reader'> {
  leases: ReadLeases;
  blobs: Blobs;
  journal: Journal;
  sandbox: Sandbox;
  signer: ReportSigner;
  /**
   * Longest wait, in seconds, for the sandbox's controllers to finish. A rehearsal waits up to three times: at the
   * start, after the plan, and after the plan's undo.
   */
  horizonSeconds: number;
  /** The sandbox divides modelled delays, such as the start-up time of pods, by this number. */
  speed: number;
}

/** Input of the activity `rehearse`. */
export interface RehearseInput {
  incident: Incident;
  plan: Digest;
  /** Set for a preflight: the rehearsal immediately before an execution. */
  preflight?: { challenge: string; execution: string };
}

/**
 * Runs one rehearsal: takes a snapshot, runs the sandbox, signs and stores the report. In a preflight, the signed
 * statement also contains the gateway's challenge and the execution id. If the plan fails in the sandbox, the outcome
 * of the report says so.
 * @throws AirlockError if the rehearsal cannot run, for example because no sandbox is free.
 */
export async function rehearse(
  deps: RehearseDeps,
  input: RehearseInput,
): Promise<{ report: Digest; outcome: Outcome; reason: string }> {
  const { incident, plan: digest } = input;
  const plan = await loadPlan(deps.blobs, digest, incident);
  const reader = await deps.leases.reader({ cluster: incident.cluster, incident: incident.id, trace: incident.trace });
  const snapshot = await takeSnapshot({ ...deps, reader }, plan);
  const report = await runSandbox(deps, plan, snapshot);
  const signed = await sign(deps, input, { snapshot, report });
  const stored = await deps.blobs.put(signed);
  await record(deps.journal, input, { report, stored, snapshot: signed.statement.snapshot });
  return { report: stored, outcome: report.outcome, reason: report.reason };
}

async function runSandbox(
  { sandbox, horizonSeconds, speed }: RehearseDeps,
  plan: Plan,
  snapshot: Snapshot,
): Promise<Report> {
  const raw = await sandbox.rehearse({ version: 'airlock-bundle/1', plan, snapshot, horizonSeconds, speed });
  return parseReport(raw, plan);
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
  { report, stored, snapshot }: { report: Report; stored: Digest; snapshot: Digest },
): Promise<void> {
  const { outcome, reason, checks, unknowns } = report;
  const failed = checks.filter((check) => !check.passed).map((check) => check.id);
  await journal.append({
    kind: preflight ? 'preflight.completed' : 'rehearsal.completed',
    incident: incident.id,
    trace: incident.trace,
    message: `${outcome}: ${escapeForTerminal(reason.slice(0, 500))}`,
    body: omitUndefined<Record<string, Json>>({
      report: stored,
      plan,
      snapshot,
      outcome,
      failed,
      unknowns: unknowns.length,
      execution: preflight?.execution,
    }),
  });
}
