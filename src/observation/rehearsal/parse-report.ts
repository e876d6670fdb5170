import type { Digest } from '../../lib/digest.ts';
import { canonicalJson } from '../../lib/json/json.ts';
import { planDigest, type Plan } from '../../domain/plan/plan.ts';
import { reportSchema, type Report } from '../../domain/rehearsal/report.ts';
import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';

/**
 * Size limit of a report. Correct reports are far smaller. A limit is needed, because signed reports are kept forever.
 */
const maxBytes = 2 * 1024 * 1024;

/**
 * Parses a sandbox's output as a report. The output is untrusted, because the sandbox ran with objects of the target
 * cluster. The schema, the size and the plan's digest must be right. A report with the outcome `safe` must also be
 * complete and contain no failed check.
 * @returns the report. If the output is not accepted, returns a report with outcome `failed` and the reason.
 */
export function parseReport(raw: unknown, plan: Plan): Report {
  const digest = planDigest(plan);
  const parsed = reportSchema.safeParse(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return failed(digest, `${issue?.path.map(String).join('.').slice(0, 200) ?? ''} ${issue?.message ?? ''}`.trim());
  }
  const problem = contradiction(parsed.data, plan, digest);
  return problem === undefined ? parsed.data : failed(digest, problem);
}

function contradiction(report: Report, plan: Plan, digest: Digest): string | undefined {
  if (Buffer.byteLength(canonicalJson(report)) > maxBytes) return `it is larger than ${maxBytes} bytes`;
  if (report.plan !== digest) return 'it is about another plan';
  if (report.outcome !== 'safe') return undefined;
  if (report.checks.length === 0) return 'its outcome is safe, but it contains no check';
  if (report.predictions.length === 0) return 'its outcome is safe, but it contains no prediction';
  const failing = report.checks.find((check) => !check.passed);
  if (failing) return `its outcome is safe, but the check ${failing.id} failed`;
  const missing = plan.steps.find((step) => !Object.hasOwn(report.preconditions, step.id));
  return missing && `its outcome is safe, but it contains no precondition for step ${missing.id}`;
}

function failed(plan: Digest, problem: string): Report {
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
