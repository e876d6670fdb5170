import { sameJson } from '../../lib/json/json.ts';
import { describeRef } from '../kubernetes/object.ts';
import type { Grade, Prediction, Report } from './report.ts';

/** A higher number means a higher grade. */
const gradeRank: Record<Grade, number> = { unknown: 0, modelled: 1, observed: 2, proved: 3 };

/**
 * Checks that the preflight report confirms the earlier report, which is in the dossier:
 * - The outcome of the preflight report is `safe`.
 * - Plan and fidelity are the same in both reports.
 * - The preconditions of the earlier report are the same in the preflight report.
 * - The preflight report has every prediction of the earlier report, with the same value, and with the same grade or a
 *   higher grade.
 * - Every unknown of the preflight report is also in the earlier report.
 * @returns the mismatches, one sentence each; empty if the preflight report confirms the earlier report.
 */
export function reportMismatches(earlier: Report, preflight: Report): string[] {
  const mismatches: string[] = [];
  if (preflight.plan !== earlier.plan) mismatches.push('the preflight rehearsal ran another plan');
  if (preflight.outcome !== 'safe')
    mismatches.push(`the outcome of the preflight rehearsal is ${preflight.outcome}: ${preflight.reason}`);
  if (preflight.fidelity !== earlier.fidelity)
    mismatches.push(`the fidelity was ${earlier.fidelity} and is now ${preflight.fidelity}`);
  for (const [step, precondition] of Object.entries(earlier.preconditions)) {
    if (!sameJson(preflight.preconditions[step], precondition))
      mismatches.push(`the preflight rehearsal does not confirm the precondition of step ${step}`);
  }
  for (const prediction of earlier.predictions)
    mismatches.push(...predictionMismatch(prediction, preflight.predictions));
  for (const unknown of preflight.unknowns) {
    if (!earlier.unknowns.includes(unknown)) mismatches.push(`new unknown: ${unknown}`);
  }
  return mismatches;
}

function predictionMismatch(earlier: Prediction, preflightPredictions: readonly Prediction[]): string[] {
  const name = `${describeRef(earlier.object)} ${earlier.measurement}`;
  const preflight = preflightPredictions.find(
    ({ measurement, object }) => measurement === earlier.measurement && sameJson(object, earlier.object),
  );
  if (!preflight) return [`the preflight rehearsal does not predict ${name}`];
  if (!sameJson(preflight.value, earlier.value))
    return [`the prediction of ${name} was ${earlier.value} and is now ${preflight.value}`];
  if (gradeRank[preflight.grade] < gradeRank[earlier.grade])
    return [`the grade of the prediction of ${name} was ${earlier.grade} and is now ${preflight.grade}`];
  return [];
}
