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

/** Longest age of a preflight rehearsal when it is first used, seconds. After that the cluster may have changed. */
const maxPreflightAgeSeconds = 600;

export interface PreflightDeps {
  blobs: Blobs;
  reports: ReportVerifier;
  challenges: Challenges;
  clock: () => Date;
}

/** The execution that a preflight report is for. */
export interface PreflightInput {
  execution: string;
  dossier: Dossier;
  /** Digest of the report, if the caller gave one. */
  digest: Digest | undefined;
}

/**
 * Admits the report of a preflight rehearsal: signed by the observer, of this plan, incident and cluster, made for this
 * execution after its challenge was issued. One report redeems the challenge; a retry may bring the same report again.
 * @throws AirlockError `preflight-refused`. A refused report does not redeem the challenge, so a forgery cannot use up
 * the challenge of the real report.
 */
export async function admitPreflight(
  deps: PreflightDeps,
  { execution, dossier, digest }: PreflightInput,
): Promise<SignedReport> {
  const refuse = (why: string): AirlockError =>
    refused('preflight-refused', `preflight rehearsal of ${execution}: ${why}`);
  if (!digest) throw refuse('an execution needs its report');
  const challenge = await deps.challenges.find(execution);
  if (!challenge) throw refuse('no challenge is open: call prepare first');
  const report = await loadReport(deps.blobs, digest);
  if (!(await deps.reports.verify(report.statement, report.signature)))
    throw refuse('the signature is not the observer’s');
  const wrong =
    scopeMismatch(report, dossier) ?? challengeMismatch(report, { execution, digest, challenge, now: deps.clock() });
  if (wrong) throw refuse(wrong);
  if ((await deps.challenges.redeem(execution, digest)) !== digest)
    throw refuse('another report redeemed the challenge');
  return report;
}

/** Later checks would refuse such a report too, but only after it had redeemed the challenge. */
function scopeMismatch({ statement }: SignedReport, { plan, incident }: Dossier): string | undefined {
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
  if (statement.challenge !== challenge.challenge) return 'it does not carry the open challenge';
  const taken = Date.parse(statement.takenAt);
  if (taken < Date.parse(challenge.madeAt)) return 'its snapshot is older than the challenge';
  const age = (now.getTime() - taken) / 1000;
  if (challenge.redeemedBy !== digest && age > maxPreflightAgeSeconds)
    return `its snapshot is ${Math.round(age)} s old`;
  return undefined;
}
