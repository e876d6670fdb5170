import { sameJson } from '../../lib/json/json.ts';
import { planDigest } from '../../domain/plan/plan.ts';
import type { ReportVerifier } from '../../domain/rehearsal/ports.ts';
import { reportMismatches } from '../../domain/rehearsal/report-mismatches.ts';
import type { ExecutionContext } from './execution-context.ts';

/**
 * Passes if the observer signed the dossier's rehearsal report.
 * @returns the reasons why the check fails; empty if the check passes. Every check in this file returns such a list.
 */
export async function reportSigned(
  { dossier: { rehearsal } }: ExecutionContext,
  reports: ReportVerifier,
): Promise<string[]> {
  const valid = await reports.verify(rehearsal.statement, rehearsal.signature);
  return valid ? [] : ['the observer did not sign the rehearsal report'];
}

/**
 * Passes if:
 * - The rehearsal report is about the dossier's plan.
 * - The outcome of the report is `safe`.
 * - The report and the plan have the same precondition for each step and each undo step.
 */
export function reportMatchesPlan({ dossier: { plan, rehearsal } }: ExecutionContext): string[] {
  const { report } = rehearsal.statement;
  const different = [...plan.steps, ...plan.undo].filter(
    (step) => !sameJson(report.preconditions[step.id], step.precondition),
  );
  return [
    ...(report.plan === planDigest(plan) ? [] : ['the rehearsal report is about another plan']),
    ...(report.outcome === 'safe' ? [] : [`the outcome of the rehearsal is ${report.outcome}: ${report.reason}`]),
    ...different.map((step) => `the rehearsal report and the plan have different preconditions for step ${step.id}`),
  ];
}

/** Passes if the execution begins before the dossier expires. If `startedAt` is present, it counts instead of `now`. */
export function notExpired({ dossier, now, startedAt }: ExecutionContext): string[] {
  const start = startedAt ? Date.parse(startedAt) : now.getTime();
  return start < Date.parse(dossier.expiresAt) ? [] : [`the dossier expired at ${dossier.expiresAt}`];
}

/**
 * Passes if the preflight confirms the approved rehearsal. Also passes in `prepare`, before there is a preflight
 * report. `admitPreflight` has already checked the signature and the challenge of the preflight report.
 */
export function preflightConfirms({ dossier: { rehearsal }, preflight }: ExecutionContext): string[] {
  if (!preflight) return [];
  const differing = (['cluster', 'incident'] as const).filter(
    (key) => preflight.statement[key] !== rehearsal.statement[key],
  );
  return [
    ...differing.map((key) => `the preflight report is about another ${key}`),
    ...reportMismatches(rehearsal.statement.report, preflight.statement.report),
  ];
}
