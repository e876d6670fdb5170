import { sameJson } from '../../lib/json/json.ts';
import { describeRef } from '../kubernetes/object.ts';
import type { Grade, Prediction, Report } from './report.ts';

const strength: Record<Grade, number> = { unknown: 0, modelled: 1, observed: 2, proved: 3 };

/**
 * Checks that a fresh rehearsal confirms the signed report:
 * - The outcome of the fresh report is `safe`.
 * - Plan, fidelity and preconditions are the same.
 * - The fresh report has every prediction of the signed report, with the same value and no lower grade.
 * - The fresh report has no unknown that the signed report lacks.
 * @returns the differences, one sentence each; empty if the fresh report confirms the signed report.
 */
export function reportMismatches(signed: Report, fresh: Report): string[] {
  const reasons: string[] = [];
  if (fresh.plan !== signed.plan) reasons.push('the fresh rehearsal ran another plan');
  if (fresh.outcome !== 'safe') reasons.push(`the fresh rehearsal is ${fresh.outcome}: ${fresh.reason}`);
  if (fresh.fidelity !== signed.fidelity)
    reasons.push(`the fidelity is ${fresh.fidelity}, but the signed report has ${signed.fidelity}`);
  for (const [step, precondition] of Object.entries(signed.preconditions)) {
    if (!sameJson(fresh.preconditions[step], precondition))
      reasons.push(`the precondition of step ${step} has changed since the report was signed`);
  }
  for (const prediction of signed.predictions) reasons.push(...predictionMismatch(prediction, fresh.predictions));
  for (const unknown of fresh.unknowns) {
    if (!signed.unknowns.includes(unknown)) reasons.push(`new unknown: ${unknown}`);
  }
  return reasons;
}

function predictionMismatch(signed: Prediction, fresh: readonly Prediction[]): string[] {
  const name = `${describeRef(signed.object)} ${signed.measurement}`;
  const match = fresh.find((p) => p.measurement === signed.measurement && sameJson(p.object, signed.object));
  if (!match) return [`the fresh rehearsal does not predict ${name}`];
  if (!sameJson(match.value, signed.value))
    return [`the prediction of ${name} was ${signed.value} and is now ${match.value}`];
  if (strength[match.grade] < strength[signed.grade])
    return [`the grade of ${name} was ${signed.grade} and is now ${match.grade}`];
  return [];
}
