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
  compareWithPreconditions,
  compareWithPredictions,
  type ComparedValue,
  type Comparison,
  type ComparisonDeps,
} from './measure.ts';
import type { ReadLeases } from '../ports.ts';

/** What `verify` needs from outside. */
export interface VerifyDeps {
  leases: ReadLeases;
  redactor: Redactor;
  blobs: Blobs;
  journal: Journal;
  /**
   * Verifies the observer's signature of the report. The report's digest comes from a workflow, and workflows are not
   * trusted.
   */
  reports: ReportVerifier;
  /** Returns milliseconds since the epoch. */
  now: () => number;
  /** Longest time to wait, in milliseconds, until the target matches the expected values. */
  verifyMs: number;
}

/** Input of the activity `verify`. */
export interface VerifyInput {
  incident: Incident;
  /** Digest of the plan. */
  plan: Digest;
  /** Digest of the signed report about the plan. */
  report: Digest;
  /** What the gateway executed last: the plan (`do`), or the undo of the plan (`undo`). */
  direction: Direction;
}

/** Pause between two comparisons. The journal shows only whole seconds, so half a second is exact enough. */
const pauseMs = 500;
/** Lengthens each pause at random by up to 20 %, because several incidents may poll the same API server. */
const jitter = 0.2;
/** Limits the sentences in the result of `verify`, because a report can contain many predictions. */
const maxMismatches = 20;
/** Limits the compared values in the journal record. */
const maxRecordedValues = 100;

/**
 * Compares the target cluster with the expected values. Direction `do`: the predictions of the report. Direction
 * `undo`: the state before the plan. Repeats the comparison until everything matches and the controllers have finished,
 * but at most for `verifyMs`. Writes the last comparison to the journal.
 * @returns `mismatches`: one sentence for each value that differs, at most `maxMismatches` sentences. If all values
 * match, but the controllers have not finished: one sentence that says so. `verified`: true if `mismatches` is empty.
 * @throws AirlockError `report-refused`, and the errors of `loadPlan`, the blob store and the cluster reader.
 */
export async function verify(
  deps: VerifyDeps,
  input: VerifyInput,
): Promise<{ verified: boolean; mismatches: string[] }> {
  const { incident, direction } = input;
  const plan = await loadPlan(deps.blobs, input.plan, incident);
  const report = await loadReport(deps, input);
  const reader = await deps.leases.reader({ cluster: incident.cluster, incident: incident.id, trace: incident.trace });
  const compare = createCompare({ reader, redactor: deps.redactor }, { plan, report, direction });
  const startedAt = deps.now();
  const comparison = await compareUntilMatch(deps.verifyMs, compare);
  const mismatches = mismatchesOf(comparison);
  const seconds = Math.round((deps.now() - startedAt) / 1000);
  const unchecked = direction === 'do' ? report.predictions.filter(({ grade }) => grade === 'unknown').length : 0;
  await record(deps.journal, input, { comparison, mismatches, seconds, unchecked });
  return { verified: mismatches.length === 0, mismatches };
}

/** Creates the function that compares the target once with the expected values of this direction. */
function createCompare(
  deps: ComparisonDeps,
  { plan, report, direction }: { plan: Plan; report: Report; direction: Direction },
): () => Promise<Comparison> {
  if (direction === 'undo') return () => compareWithPreconditions(deps, plan);
  return () => compareWithPredictions(deps, plan, report.predictions);
}

/** Repeats the comparison until there are no mismatches, but at most for `verifyMs`. @returns the last comparison. */
async function compareUntilMatch(verifyMs: number, compare: () => Promise<Comparison>): Promise<Comparison> {
  let latest: Comparison = { settled: false, compared: [] };
  const wait = { what: 'the target to match', every: pauseMs, within: verifyMs, jitter, otherwise: () => latest };
  return waitFor(wait, async () => {
    latest = await compare();
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

const advice = 'nothing was verified, so a person has to check the target';

async function loadReport({ blobs, reports }: VerifyDeps, { incident, plan, report }: VerifyInput): Promise<Report> {
  const parsed = signedReportSchema.safeParse(await blobs.get(report));
  const signed = parsed.success && (await reports.verify(parsed.data.statement, parsed.data.signature));
  if (!parsed.success || !signed)
    throw refused('report-refused', `report ${report} is malformed or not signed by the observer: ${advice}`);
  const { statement } = parsed.data;
  if (statement.incident === incident.id && statement.cluster === incident.cluster && statement.report.plan === plan) {
    return statement.report;
  }
  throw refused('report-refused', `report ${report} is for a different incident, cluster or plan: ${advice}`);
}

async function record(
  journal: Journal,
  { incident, report, direction }: VerifyInput,
  found: { comparison: Comparison; mismatches: string[]; seconds: number; unchecked: number },
): Promise<void> {
  const { comparison, mismatches, seconds, unchecked } = found;
  const { compared } = comparison;
  const matching = compared.filter(({ matches }) => matches).length;
  const what =
    direction === 'do' ? 'checked predictions had come true' : 'objects had the same state as before the plan';
  const rest = unchecked > 0 ? `; not checked: ${plural(unchecked, 'unknown prediction')}` : '';
  const first = mismatches[0] ? `; ${mismatches[0]}` : '';
  const message = `after ${seconds} s, ${matching} of ${compared.length} ${what}${rest}${first}`;
  const recordedValues = compared.slice(0, maxRecordedValues).map((value) => ({ ...value }));
  const body = { report, direction, verified: mismatches.length === 0, seconds, unchecked, compared: recordedValues };
  await journal.append({
    kind: 'verification.completed',
    incident: incident.id,
    trace: incident.trace,
    message,
    body,
  });
}
