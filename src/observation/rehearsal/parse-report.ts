import { canonicalJson, sameJson } from '../../lib/json/json.ts';
import { describeRef, sameRef } from '../../domain/kubernetes/object.ts';
import { planDigest, type Plan } from '../../domain/plan/plan.ts';
import { maxTextLength, sandboxReportSchema, type Report, type SandboxReport } from '../../domain/rehearsal/report.ts';
import { tooManyUnknowns } from '../../domain/rehearsal/review-limits.ts';
import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';
import { cutSecrets } from '../../lib/secrets/cut-secrets.ts';
import type { OwnFindings } from './own-findings.ts';

/** Largest accepted report, in bytes of canonical JSON. Signed reports are never deleted, so they must be small. */
const maxBytes = 2 * 1024 * 1024;

/**
 * Checks the report of a sandbox, and adds the own findings. The report is untrusted, because the sandbox was loaded
 * with objects of the target.
 * - The report must match the schema, be about `plan`, and have at most `maxBytes` bytes.
 * - A report with the outcome `safe` must contain a check, a prediction and no failed check. The plan must fit the
 *   snapshot. The predictions must not contradict what the steps write.
 *
 * Secrets are removed from the sandbox's texts, because admission policies and controllers quote objects.
 * @param raw the report as a JSON value.
 * @returns the report. If `raw` is not accepted, returns a new report with the outcome `failed` and the reason.
 */
export function parseReport(raw: unknown, plan: Plan, own: OwnFindings): Report {
  const parsed = sandboxReportSchema.safeParse(raw);
  if (!parsed.success) {
    const { path = [], message = '' } = parsed.error.issues[0] ?? {};
    const field = path.map(String).join('.').slice(0, 200);
    return notAccepted(plan, field ? `${field}: ${message}` : message);
  }
  const problem = problemOf(parsed.data, plan, own);
  if (problem !== undefined) return notAccepted(plan, problem);
  const { diff, preconditions } = own;
  const report = withoutSecrets(parsed.data);
  const unknowns = [...new Set([...own.unknowns, ...report.unknowns])].sort();
  const tooMany = tooManyUnknowns(unknowns);
  return tooMany === undefined ? { ...report, unknowns, preconditions, diff } : failedReport(plan, tooMany);
}

function problemOf(report: SandboxReport, plan: Plan, own: OwnFindings): string | undefined {
  if (Buffer.byteLength(canonicalJson(report)) > maxBytes) return `it is larger than ${maxBytes} bytes`;
  if (report.plan !== planDigest(plan)) return 'it is about another plan';
  return report.outcome === 'safe' ? (emptyProblem(report) ?? contradiction(report, plan, own)) : undefined;
}

function emptyProblem(report: SandboxReport): string | undefined {
  if (report.checks.length === 0) return 'its outcome is safe, but it contains no check';
  if (report.predictions.length === 0) return 'its outcome is safe, but it contains no prediction';
  const failed = report.checks.find((check) => !check.passed);
  return failed && `its outcome is safe, but the check ${failed.id} failed`;
}

/** Returns what the observer's own snapshot contradicts in a report with the outcome `safe`. */
function contradiction({ predictions }: SandboxReport, plan: Plan, own: OwnFindings): string | undefined {
  if (own.problem !== undefined) return `its outcome is safe, but the plan does not fit the snapshot: ${own.problem}`;
  const moved = [...plan.steps, ...plan.undo].find(
    ({ id, precondition }) => !sameJson(own.preconditions[id], precondition),
  );
  if (moved) return `its outcome is safe, but the precondition of step ${moved.id} does not hold in the snapshot`;
  for (const { object, measurement, value } of own.written) {
    const predicted = predictions.find((each) => each.measurement === measurement && sameRef(each.object, object));
    if (predicted && isComparable(predicted) && predicted.value !== value)
      return `it predicts ${measurement} ${predicted.value} of ${describeRef(object)}, but the plan writes ${value}`;
  }
  return undefined;
}

/**
 * Returns true unless an honest sandbox may predict another value than the steps write:
 * - An autoscaler may change the value. Then its grade is `unknown`.
 * - A sandbox with another minor version of Kubernetes may have other default values in a pod template. Then the grade is
 *   `modelled`.
 */
function isComparable({ measurement, grade }: SandboxReport['predictions'][number]): boolean {
  return grade !== 'unknown' && (measurement !== 'template' || grade === 'proved');
}

function notAccepted(plan: Plan, problem: string): Report {
  return failedReport(
    plan,
    `the sandbox's report is not accepted: ${escapeForTerminal(cutSecrets(problem).slice(0, 500))}`,
  );
}

/** The texts become longer than the schema allows if a mark is longer than the secret, so they are shortened again. */
function withoutSecrets(report: SandboxReport): SandboxReport {
  const cut = (text: string): string => cutSecrets(text).slice(0, maxTextLength);
  return {
    ...report,
    reason: cut(report.reason),
    checks: report.checks.map(({ sentence, details, ...check }) => ({
      ...check,
      sentence: cut(sentence),
      details: details.map(cut),
    })),
    predictions: report.predictions.map(({ why, ...prediction }) => ({ ...prediction, why: cut(why) })),
    unknowns: report.unknowns.map(cut),
    record: { ...report.record, timeline: report.record.timeline.map((at) => ({ ...at, event: cut(at.event) })) },
  };
}

/** Returns the report of a rehearsal that failed for this reason. */
export function failedReport(plan: Plan, reason: string): Report {
  return {
    version: 'airlock-report/1',
    fidelity: 'control-plane',
    plan: planDigest(plan),
    outcome: 'failed',
    reason,
    checks: [],
    predictions: [],
    unknowns: [],
    preconditions: {},
    diff: [],
    record: { seconds: 0, timeline: [], placement: {} },
  };
}
