import { sameJson } from '../../lib/json.ts';
import { planDigest } from '../../domain/plan/plan.ts';
import type { ReportVerifier } from '../../domain/rehearsal/ports.ts';
import { stillHolds } from '../../domain/rehearsal/still-holds.ts';
import type { ExecutionContext } from './execution-context.ts';

/** The signature of the dossier's rehearsal report is the observer's. */
export async function reportSigned(
  { dossier: { rehearsal } }: ExecutionContext,
  reports: ReportVerifier,
): Promise<string[]> {
  const valid = await reports.verify(rehearsal.statement, rehearsal.signature);
  return valid ? [] : ['the signature of the rehearsal is not the observer’s'];
}

/** The signed report is about this plan, found it safe, and saw every object in the state of the plan's preconditions. */
export function reportMatchesPlan({ dossier: { plan, rehearsal } }: ExecutionContext): string[] {
  const { report } = rehearsal.statement;
  const changed = [...plan.steps, ...plan.undo].filter(
    (step) => !sameJson(report.preconditions[step.id], step.precondition),
  );
  return [
    ...(report.plan === planDigest(plan) ? [] : ['the rehearsal ran another plan']),
    ...(report.outcome === 'safe' ? [] : [`the rehearsal is ${report.outcome}: ${report.reason}`]),
    ...changed.map((step) => `the rehearsal saw another precondition of step ${step.id}`),
  ];
}

/** No execution starts after the dossier has expired, by the gateway's clock. */
export function notExpired({ dossier, now, startedAt }: ExecutionContext): string[] {
  const start = startedAt ? Date.parse(startedAt) : now.getTime();
  return start < Date.parse(dossier.expiresAt) ? [] : [`the dossier expired at ${dossier.expiresAt}`];
}

/** The preflight rehearsal confirms the approved one. Its signature and challenge were checked before. */
export function preflightConfirms({ dossier: { rehearsal }, preflight }: ExecutionContext): string[] {
  if (!preflight) return [];
  const elsewhere = (['cluster', 'incident'] as const).filter(
    (key) => preflight.statement[key] !== rehearsal.statement[key],
  );
  return [
    ...elsewhere.map((key) => `the preflight rehearsal is of another ${key}`),
    ...stillHolds(rehearsal.statement.report, preflight.statement.report),
  ];
}
