import type { AirlockError } from '../../lib/error.ts';
import { refused } from '../../lib/error.ts';
import type { Digest } from '../../lib/digest.ts';
import type { Dossier } from '../../domain/approval/dossier.ts';
import { planDigest } from '../../domain/plan/plan.ts';
import type { Blobs } from '../../domain/journal/ports.ts';
import type { ReportVerifier } from '../../domain/rehearsal/ports.ts';
import type { SignedReport } from '../../domain/rehearsal/report.ts';
import { loadReport } from './load.ts';
import type { Challenge, Challenges } from '../ledger-ports.ts';

/**
 * Limit in seconds on the age of the preflight's snapshot when the gateway first admits the report. The older the
 * snapshot, the more the target may have changed.
 */
const maxSnapshotAgeSeconds = 600;

/** What admitting a preflight report needs from outside. */
export interface PreflightDeps {
  blobs: Blobs;
  reports: ReportVerifier;
  challenges: Challenges;
  clock: () => Date;
}

/** Input of `admitPreflight`. */
export interface PreflightInput {
  /** Id of the execution. */
  execution: string;
  dossier: Dossier;
  /** The challenge of the execution; undefined if the execution was not prepared. */
  challenge: Challenge | undefined;
  /** Digest of the preflight report, if the caller named a report. */
  reportDigest: Digest | undefined;
}

/**
 * Admits the report of a preflight, if all these are true:
 * - The observer signed the report.
 * - The report is about the dossier's plan, incident and cluster.
 * - The report contains the id and the challenge of the execution.
 * - The snapshot is not older than the challenge. On first admission, the snapshot is at most `maxSnapshotAgeSeconds`
 *   old.
 * - No other report has redeemed the challenge. The first admitted report redeems the challenge.
 *
 * @returns the report. The caller must still check its outcome and its predictions.
 * @throws AirlockError `preflight-refused`, `report-invalid`, and the errors of the stores. A refused report does not
 * redeem the challenge, so the real report is still admitted after a forged report.
 */
export async function admitPreflight(
  deps: PreflightDeps,
  { execution, dossier, challenge, reportDigest }: PreflightInput,
): Promise<SignedReport> {
  const refuse = (why: string): AirlockError =>
    refused(
      'preflight-refused',
      `the gateway refused the preflight report for ${execution}: ${why}. This call did not change the target; request the repair again`,
    );
  if (!reportDigest) throw refuse('the caller named no report');
  if (!challenge) throw refuse('the execution was not prepared, so it has no challenge');
  const report = await loadReport(deps.blobs, reportDigest);
  if (!(await deps.reports.verify(report.statement, report.signature)))
    throw refuse('the observer did not sign the report');
  const mismatch =
    dossierMismatch(report, dossier) ??
    challengeMismatch(report, { execution, reportDigest, challenge, now: deps.clock() });
  if (mismatch) throw refuse(mismatch);
  if ((await deps.challenges.redeem(execution, reportDigest)) !== reportDigest)
    throw refuse('another report has redeemed the challenge');
  return report;
}

/**
 * Compares plan, cluster and incident of the report with the dossier. `recheck` compares them too, but only after the
 * report has redeemed the challenge. A wrong report must not redeem the challenge.
 */
function dossierMismatch({ statement }: SignedReport, { plan, incident }: Dossier): string | undefined {
  if (statement.report.plan !== planDigest(plan)) return 'the report is about another plan';
  if (statement.cluster !== plan.cluster) return 'the report is about another cluster';
  return statement.incident === incident ? undefined : 'the report is about another incident';
}

interface ChallengeContext {
  execution: string;
  reportDigest: Digest;
  challenge: Challenge;
  now: Date;
}

function challengeMismatch(
  { statement }: SignedReport,
  { execution, reportDigest, challenge, now }: ChallengeContext,
): string | undefined {
  if (statement.execution !== execution) return 'the report is not for this execution';
  if (statement.challenge !== challenge.challenge) return 'the report does not contain the challenge of this execution';
  const taken = Date.parse(statement.takenAt);
  if (taken < Date.parse(challenge.madeAt)) return 'the snapshot is older than the challenge';
  const age = (now.getTime() - taken) / 1000;
  if (challenge.redeemedBy !== reportDigest && age > maxSnapshotAgeSeconds)
    return `the snapshot is ${Math.round(age)} s old, but at most ${maxSnapshotAgeSeconds} s are allowed`;
  return undefined;
}
