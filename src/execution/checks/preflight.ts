import type { AirlockError } from '../../lib/error.ts';
import { refused } from '../../lib/error.ts';
import type { Digest } from '../../lib/digest.ts';
import type { Dossier } from '../../domain/approval/dossier.ts';
import { planDigest } from '../../domain/plan/plan.ts';
import type { Blobs } from '../../domain/journal/ports.ts';
import type { ReportVerifier } from '../../domain/rehearsal/ports.ts';
import type { SignedReport } from '../../domain/rehearsal/report.ts';
import { loadReport } from './load.ts';
import type { Challenge, Challenges } from '../ports.ts';

/**
 * Limit in seconds on the age of the snapshot that a preflight rehearsal ran on. The limit applies when the report is
 * first used. If the snapshot is older, the cluster may have changed since then.
 */
const maxPreflightAgeSeconds = 600;

/** What admitting a preflight report needs from outside. */
export interface PreflightDeps {
  blobs: Blobs;
  reports: ReportVerifier;
  challenges: Challenges;
  clock: () => Date;
}

/** The execution, its dossier and the preflight report for it. */
export interface PreflightInput {
  execution: string;
  dossier: Dossier;
  /** Digest of the report, if the caller gave a report. */
  digest: Digest | undefined;
}

/**
 * Admits the report of a preflight rehearsal. The observer must have signed the report. The report must be about the
 * dossier's plan, incident and cluster, and must contain the execution's id and challenge. The snapshot must be newer
 * than the challenge. The first admitted report redeems the challenge. A retry may bring the same report again, but no
 * other report.
 * @throws AirlockError `preflight-refused`, `report-invalid`, and the errors of the stores. A refused report does not
 * redeem the challenge, so the real report is still admitted after a forged report.
 */
export async function admitPreflight(
  deps: PreflightDeps,
  { execution, dossier, digest }: PreflightInput,
): Promise<SignedReport> {
  const refuse = (why: string): AirlockError =>
    refused(
      'preflight-refused',
      `preflight rehearsal of ${execution}: ${why}; nothing was written, and the repair has to be requested again`,
    );
  if (!digest) throw refuse('the caller gave no report');
  const challenge = await deps.challenges.find(execution);
  if (!challenge) throw refuse('the execution has no challenge, because it was not prepared');
  const report = await loadReport(deps.blobs, digest);
  if (!(await deps.reports.verify(report.statement, report.signature)))
    throw refuse('the signature is not the observer’s');
  const mismatch =
    dossierMismatch(report, dossier) ?? challengeMismatch(report, { execution, digest, challenge, now: deps.clock() });
  if (mismatch) throw refuse(mismatch);
  if ((await deps.challenges.redeem(execution, digest)) !== digest)
    throw refuse('another report has redeemed the challenge');
  return report;
}

/**
 * Compares plan, cluster and incident of the report with the dossier. Later checks would refuse a wrong report too, but
 * only after the report had redeemed the challenge.
 */
function dossierMismatch({ statement }: SignedReport, { plan, incident }: Dossier): string | undefined {
  if (statement.report.plan !== planDigest(plan)) return 'it ran another plan';
  if (statement.cluster !== plan.cluster) return 'it is of another cluster';
  return statement.incident === incident ? undefined : 'it is of another incident';
}

interface Expected {
  execution: string;
  digest: Digest;
  challenge: Challenge;
  now: Date;
}

function challengeMismatch(
  { statement }: SignedReport,
  { execution, digest, challenge, now }: Expected,
): string | undefined {
  if (statement.execution !== execution) return 'it was made for another execution';
  if (statement.challenge !== challenge.challenge) return 'it does not contain the challenge of this execution';
  const taken = Date.parse(statement.takenAt);
  if (taken < Date.parse(challenge.madeAt)) return 'its snapshot is older than the challenge';
  const age = (now.getTime() - taken) / 1000;
  if (challenge.redeemedBy !== digest && age > maxPreflightAgeSeconds)
    return `its snapshot is ${Math.round(age)} s old, but at most ${maxPreflightAgeSeconds} s are allowed`;
  return undefined;
}
