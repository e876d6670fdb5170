import { sameJson } from '../../lib/json/json.ts';
import { planDigest } from '../../domain/plan/plan.ts';
import type { ReportVerifier } from '../../domain/rehearsal/ports.ts';
import { reportMismatches } from '../../domain/rehearsal/report-mismatches.ts';
import type { ExecutionContext } from './execution-context.ts';

/**
 * Passes if the observer signed the dossier's rehearsal report. Like every check here, returns the reasons why the
 * check fails; empty if the check passes.
 */
export async function reportSigned(
  { dossier: { rehearsal } }: ExecutionContext,
  reports: ReportVerifier,
): Promise<string[]> {
  const valid = await reports.verify(rehearsal.statement, rehearsal.signature);
  return valid ? [] : ['the signature of the rehearsal is not the observer’s'];
}

/**
 * Passes if the signed report is about the dossier's plan, the outcome is `safe`, and the report has the preconditions
 * of the plan's steps and undo steps.
 */
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

/** Passes if the execution starts or started before the dossier expires, by the gateway's clock. */
export function notExpired({ dossier, now, startedAt }: ExecutionContext): string[] {
  const start = startedAt ? Date.parse(startedAt) : now.getTime();
  return start < Date.parse(dossier.expiresAt) ? [] : [`the dossier expired at ${dossier.expiresAt}`];
}

/**
 * Passes if the preflight rehearsal confirms the approved rehearsal, or if there is no preflight report yet (in
 * `prepare`). `admitPreflight` has already checked the signature and the challenge of the preflight report.
 */
export function preflightConfirms({ dossier: { rehearsal }, preflight }: ExecutionContext): string[] {
  if (!preflight) return [];
  const elsewhere = (['cluster', 'incident'] as const).filter(
    (key) => preflight.statement[key] !== rehearsal.statement[key],
  );
  return [
    ...elsewhere.map((key) => `the preflight rehearsal is of another ${key}`),
    ...reportMismatches(rehearsal.statement.report, preflight.statement.report),
  ];
}
