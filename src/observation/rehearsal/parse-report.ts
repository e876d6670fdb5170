import type { Digest } from '../../lib/digest.ts';
import { canonicalJson } from '../../lib/json.ts';
import { planDigest, type Plan } from '../../domain/plan/plan.ts';
import { reportSchema, type Report } from '../../domain/rehearsal/report.ts';
import { visible } from '../../lib/escape-for-terminal.ts';

/** Far above any honest report; what is signed is kept for ever and read by people. */
const mostBytes = 2 * 1024 * 1024;

/**
 * What came out of a sandbox as a report, or a report of outcome `failed` that says why it is none. The sandbox ran
 * foreign state, so nothing of it is believed: not its form, not its size, not which plan it is about, not that its
 * outcome follows from its checks.
 */
export function parseReport(raw: unknown, plan: Plan): Report {
  const digest = planDigest(plan);
  const parsed = reportSchema.safeParse(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return failed(digest, `${issue?.path.map(String).join('.').slice(0, 200) ?? ''} ${issue?.message ?? ''}`.trim());
  }
  const wrong = contradiction(parsed.data, plan, digest);
  return wrong === undefined ? parsed.data : failed(digest, wrong);
}

function contradiction(report: Report, plan: Plan, digest: Digest): string | undefined {
  if (Buffer.byteLength(canonicalJson(report)) > mostBytes) return `it is larger than ${mostBytes} bytes`;
  if (report.plan !== digest) return 'it is about another plan';
  if (report.outcome !== 'safe') return undefined;
  if (report.checks.length === 0) return 'it calls safe what nothing was checked of';
  if (report.predictions.length === 0) return 'it calls safe what it predicts nothing of';
  const failing = report.checks.find((check) => !check.passed);
  if (failing) return `it calls safe what failed the check ${failing.id}`;
  const missing = plan.steps.find((step) => !Object.hasOwn(report.bases, step.id));
  return missing && `it calls safe what has no basis for step ${missing.id}`;
}

function failed(plan: Digest, why: string): Report {
  return {
    version: 'airlock-report/1',
    fidelity: 'control-plane',
    plan,
    outcome: 'failed',
    reason: `the sandbox's report is not accepted: ${visible(why.slice(0, 500))}`,
    checks: [],
    predictions: [],
    unknowns: [],
    bases: {},
    diff: [],
    record: { seconds: 0, timeline: [], placement: {} },
  };
}
