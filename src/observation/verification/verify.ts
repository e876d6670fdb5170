import type { Digest } from '../../lib/digest.ts';
import { refused } from '../../lib/error.ts';
import type { Direction } from '../../domain/execution/execution.ts';
import type { Incident } from '../../domain/incident/incident.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { Blobs, Journal } from '../../domain/journal/ports.ts';
import type { Redactor, ReportVerifier } from '../../domain/rehearsal/ports.ts';
import { signedReportSchema, type Report } from '../../domain/rehearsal/report.ts';
import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';
import { plural } from '../../lib/plural.ts';
import { waitFor } from '../../platform/wait-for.ts';
import { loadPlan } from '../rehearsal/load-plan.ts';
import {
  measurePreconditions,
  measurePredictions,
  type ComparedValue,
  type Comparison,
  type MeasureDeps,
} from './measure.ts';
import type { ReadLeases } from '../ports.ts';

/** What `verify` needs from outside. */
export interface VerifyDeps {
  leases: ReadLeases;
  redactor: Redactor;
  blobs: Blobs;
  journal: Journal;
  /**
   * Verifies the observer's signature of the report. The signature is checked because a workflow supplies the report's
   * digest, and workflows are not trusted.
   */
  reports: ReportVerifier;
  /** Returns milliseconds since the epoch. */
  now: () => number;
  /** Longest wait, in milliseconds, until the target matches. */
  verifyMs: number;
}

/** Input of the activity `verify`. */
export interface VerifyInput {
  incident: Incident;
  plan: Digest;
  report: Digest;
  direction: Direction;
}

/**
 * Pause between two comparisons. The journal shows the time of a repair in seconds, so half a second is exact enough.
 */
const pauseMs = 500;
/** Lengthens each pause at random by up to 20 %: several incidents may poll the same API server. */
const jitter = 0.2;
/**
 * A report can contain many predictions. These limits keep the activity's result (`mismatches`) and the journal record
 * (`compared`) small.
 */
const maxMismatches = 20;
const maxRows = 100;

/**
 * Compares the target cluster with the expected values: the predictions of the report (direction `do`), or the state
 * before the plan (direction `undo`). The comparison is repeated until everything matches and the controllers have
 * finished, or until `verifyMs` is over. The last comparison is written to the journal.
 * @returns `mismatches`, sentences about what differs; `verified` is true if nothing differs.
 */
export async function verify(
  deps: VerifyDeps,
  input: VerifyInput,
): Promise<{ verified: boolean; mismatches: string[] }> {
  const { incident, direction } = input;
  const plan = await loadPlan(deps.blobs, input.plan, incident);
  const report = await loadReport(deps, input);
  const reader = await deps.leases.reader({ cluster: incident.cluster, incident: incident.id, trace: incident.trace });
  const measure = createMeasure({ reader, redactor: deps.redactor }, { plan, report, direction });
  const startedAt = deps.now();
  const comparison = await measureUntilMatch(deps.verifyMs, measure);
  const mismatches = mismatchesOf(comparison);
  const seconds = Math.round((deps.now() - startedAt) / 1000);
  const unchecked = direction === 'do' ? report.predictions.filter(({ grade }) => grade === 'unknown').length : 0;
  await record(deps.journal, input, { comparison, mismatches, seconds, unchecked });
  return { verified: mismatches.length === 0, mismatches };
}

/** Creates the function that makes one comparison for this direction. */
function createMeasure(
  deps: MeasureDeps,
  { plan, report, direction }: { plan: Plan; report: Report; direction: Direction },
): () => Promise<Comparison> {
  if (direction === 'undo') return () => measurePreconditions(deps, plan);
  return () => measurePredictions(deps, plan, report.predictions);
}

/** Repeats the comparison until everything matches, or until the time is over. @returns the last comparison. */
async function measureUntilMatch(verifyMs: number, measure: () => Promise<Comparison>): Promise<Comparison> {
  let latest: Comparison = { settled: false, compared: [] };
  const wait = { what: 'the target to match', every: pauseMs, within: verifyMs, jitter, otherwise: () => latest };
  return waitFor(wait, async () => {
    latest = await measure();
    return mismatchesOf(latest).length === 0 && latest;
  });
}

function mismatchesOf({ settled, compared }: Comparison): string[] {
  const different = compared.filter(({ matches }) => !matches);
  const sentences = different.map(
    ({ what, predicted, actual }) => `${shown(what)}: expected ${shown(predicted)}, is ${shown(actual)}`,
  );
  if (settled || sentences.length > 0) return sentences.slice(0, maxMismatches);
  return ['the controllers have not finished with the objects that the plan changed'];
}

function shown(value: ComparedValue['actual']): string {
  return escapeForTerminal(String(value ?? 'none').slice(0, 300));
}

const advice = 'a person has to check whether the target is as the plan intends';

async function loadReport({ blobs, reports }: VerifyDeps, { incident, plan, report }: VerifyInput): Promise<Report> {
  const parsed = signedReportSchema.safeParse(await blobs.get(report));
  const signed = parsed.success && (await reports.verify(parsed.data.statement, parsed.data.signature));
  if (!parsed.success || !signed)
    throw refused('report-refused', `report ${report} is malformed or not signed by the observer: ${advice}`);
  const { statement } = parsed.data;
  if (statement.incident === incident.id && statement.cluster === incident.cluster && statement.report.plan === plan) {
    return statement.report;
  }
  throw refused('report-refused', `report ${report} is about another incident, cluster or plan: ${advice}`);
}

async function record(
  journal: Journal,
  { incident, report, direction }: VerifyInput,
  found: { comparison: Comparison; mismatches: string[]; seconds: number; unchecked: number },
): Promise<void> {
  const { comparison, mismatches, seconds, unchecked } = found;
  const { compared } = comparison;
  const matching = compared.filter(({ matches }) => matches).length;
  const what = direction === 'do' ? 'checked predictions came true' : 'objects are as before the plan';
  const rest = unchecked > 0 ? `; ${plural(unchecked, 'unknown prediction')} not checked` : '';
  const message = `${matching} of ${compared.length} ${what} after ${seconds} s${rest}${mismatches[0] ? `; ${mismatches[0]}` : ''}`;
  const rows = compared.slice(0, maxRows).map((row) => ({ ...row }));
  const body = { report, direction, verified: mismatches.length === 0, seconds, unchecked, compared: rows };
  await journal.append({
    kind: 'verification.completed',
    incident: incident.id,
    trace: incident.trace,
    message,
    body,
  });
}
