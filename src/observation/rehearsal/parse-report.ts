import type { Digest } from '../../lib/digest.ts';
import { canonicalJson } from '../../lib/json/json.ts';
import { planDigest, type Plan } from '../../domain/plan/plan.ts';
import { reportSchema, type Report } from '../../domain/rehearsal/report.ts';
import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';

/** Largest accepted report, in bytes of canonical JSON. Signed reports are never deleted, so they must be small. */
const maxBytes = 2 * 1024 * 1024;

/**
 * Checks the report of a sandbox. The report is untrusted, because the sandbox was loaded with objects of the target.
 * - The report must match the schema, be about `plan`, and have at most `maxBytes` bytes.
 * - A report with the outcome `safe` must contain a check, a prediction and no failed check. It must also contain the
 *   precondition of every step of the plan.
 * @param raw the report as a JSON value.
 * @returns the report. If `raw` is not accepted, returns a new report with the outcome `failed` and the reason.
 */
export function parseReport(raw: unknown, plan: Plan): Report {
  const digest = planDigest(plan);
  const parsed = reportSchema.safeParse(raw);
  if (!parsed.success) {
    const { path = [], message = '' } = parsed.error.issues[0] ?? {};
    const field = path.map(String).join('.').slice(0, 200);
    return failedReport(digest, field ? `${field}: ${message}` : message);
  }
  const problem = problemOf(parsed.data, plan, digest);
  return problem === undefined ? parsed.data : failedReport(digest, problem);
}

function problemOf(report: Report, plan: Plan, digest: Digest): string | undefined {
  if (Buffer.byteLength(canonicalJson(report)) > maxBytes) return `it is larger than ${maxBytes} bytes`;
  if (report.plan !== digest) return 'it is about another plan';
  if (report.outcome !== 'safe') return undefined;
  if (report.checks.length === 0) return 'its outcome is safe, but it contains no check';
  if (report.predictions.length === 0) return 'its outcome is safe, but it contains no prediction';
  const failed = report.checks.find((check) => !check.passed);
  if (failed) return `its outcome is safe, but the check ${failed.id} failed`;
  const withoutPrecondition = plan.steps.find((step) => !Object.hasOwn(report.preconditions, step.id));
  if (!withoutPrecondition) return undefined;
  return `its outcome is safe, but it contains no precondition for step ${withoutPrecondition.id}`;
}

function failedReport(plan: Digest, problem: string): Report {
  return {
    version: 'airlock-report/1',
    fidelity: 'control-plane',
    plan,
    outcome: 'failed',
    reason: `the sandbox's report is not accepted: ${escapeForTerminal(problem.slice(0, 500))}`,
    checks: [],
    predictions: [],
    unknowns: [],
    preconditions: {},
    diff: [],
    record: { seconds: 0, timeline: [], placement: {} },
  };
}
