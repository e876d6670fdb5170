import { setTimeout as sleep } from 'node:timers/promises';
import type { Digest } from '../../lib/digest.ts';
import { refused } from '../../lib/error.ts';
import type { Direction } from '../../domain/execution/execution.ts';
import type { Incident } from '../../domain/incident/incident.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { Blobs, Journal, Redactor, ReportVerifier } from '../../domain/ports.ts';
import { signedReportSchema, type Report } from '../../domain/rehearsal/report.ts';
import { visible } from '../../lib/escape-for-terminal.ts';
import { loadPlan } from '../rehearsal/load-plan.ts';
import { measureBases, measurePredictions, type Comparison, type Measured, type MeasureDeps } from './measure.ts';
import type { ReadLeases } from '../ports.ts';

export interface VerifyDeps {
  leases: ReadLeases;
  redactor: Redactor;
  blobs: Blobs;
  journal: Journal;
  /** The observer checks its own signature: the digest comes from a workflow, which proves nothing. */
  reports: ReportVerifier;
  /** Milliseconds. */
  now: () => number;
  /** How long, in milliseconds, the target may take to become what was predicted. */
  verifyMs: number;
}

export interface VerifyInput {
  incident: Incident;
  plan: Digest;
  report: Digest;
  direction: Direction;
}

/** Often enough that a repair of seconds is not called one of many, seldom enough for any API server. */
const pauseMs = 500;
/** What travels through workflow and journal stays small, whatever a report predicts. */
const mostSentences = 20;
const mostRows = 100;

/**
 * Compares the target with what the report predicts (do) or with the bases before the plan (undo), again and again
 * until everything matches and the controllers are done, or the time is over.
 */
export async function verify(
  deps: VerifyDeps,
  input: VerifyInput,
): Promise<{ verified: boolean; mismatches: string[] }> {
  const { incident, direction } = input;
  const plan = await loadPlan(deps.blobs, input.plan, incident);
  const report = await loadReport(deps, input);
  const reader = await deps.leases.reader({ cluster: incident.cluster, incident: incident.id, trace: incident.trace });
  const measure = measurement({ reader, redactor: deps.redactor }, { plan, report, direction });
  const from = deps.now();
  const measured = await until(deps, from, measure);
  const mismatches = mismatchesOf(measured);
  const seconds = Math.round((deps.now() - from) / 1000);
  const unchecked = direction === 'do' ? report.predictions.filter(({ grade }) => grade === 'unknown').length : 0;
  await record(deps.journal, input, { measured, mismatches, seconds, unchecked });
  return { verified: mismatches.length === 0, mismatches };
}

function measurement(
  deps: MeasureDeps,
  { plan, report, direction }: { plan: Plan; report: Report; direction: Direction },
): () => Promise<Measured> {
  if (direction === 'undo') return () => measureBases(deps, plan);
  return () => measurePredictions(deps, plan, report.predictions);
}

async function until(deps: VerifyDeps, from: number, measure: () => Promise<Measured>): Promise<Measured> {
  const end = from + deps.verifyMs;
  for (;;) {
    const measured = await measure();
    if (mismatchesOf(measured).length === 0 || deps.now() >= end) return measured;
    await sleep(pauseMs);
  }
}

function mismatchesOf({ settled, compared }: Measured): string[] {
  const wrong = compared.filter(({ matches }) => !matches);
  const sentences = wrong.map(
    ({ what, predicted, actual }) => `${shown(what)}: predicted ${shown(predicted)}, is ${shown(actual)}`,
  );
  if (settled || sentences.length > 0) return sentences.slice(0, mostSentences);
  return ['the controllers are still at work on what the plan changed'];
}

function shown(value: Comparison['actual']): string {
  return visible(String(value ?? 'none').slice(0, 300));
}

async function loadReport({ blobs, reports }: VerifyDeps, { incident, plan, report }: VerifyInput): Promise<Report> {
  const parsed = signedReportSchema.safeParse(await blobs.get(report));
  const signed = parsed.success && (await reports.verify(parsed.data.statement, parsed.data.signature));
  if (!parsed.success || !signed) throw refused('report-refused', `report ${report} is not signed by the observer`);
  const { statement } = parsed.data;
  if (statement.incident === incident.id && statement.cluster === incident.cluster && statement.report.plan === plan) {
    return statement.report;
  }
  throw refused('report-refused', `report ${report} is about another incident, cluster or plan`);
}

async function record(
  journal: Journal,
  { incident, report, direction }: VerifyInput,
  found: { measured: Measured; mismatches: string[]; seconds: number; unchecked: number },
): Promise<void> {
  const { measured, mismatches, seconds, unchecked } = found;
  const { compared } = measured;
  const right = compared.filter(({ matches }) => matches).length;
  const what = direction === 'do' ? 'predictions came true' : 'objects are as before';
  const rest = unchecked > 0 ? `, ${unchecked} of grade unknown not checked` : '';
  const fact = `${right} of ${compared.length} ${what} after ${seconds} s${rest}${mismatches[0] ? `; ${mismatches[0]}` : ''}`;
  const rows = compared.slice(0, mostRows).map((row) => ({ ...row }));
  const body = { report, direction, verified: mismatches.length === 0, seconds, unchecked, compared: rows };
  await journal.append({ kind: 'verification.done', incident: incident.id, trace: incident.trace, fact, body });
}
