import { sameJson } from '../../lib/json.ts';
import { describeRef } from '../kubernetes/object.ts';
import type { Grade, Prediction, Report } from './report.ts';

const strength: Record<Grade, number> = { unknown: 0, modelled: 1, observed: 2, proved: 3 };

/**
 * Whether a fresh rehearsal says what the signed one said: same plan, outcome safe, all bases equal, every signed
 * prediction recurs with the same value and no lower grade, no unknown is new. Placement and times are ignored.
 * @returns the reasons why not, one sentence each; empty when it still holds.
 */
export function stillHolds(signed: Report, fresh: Report): string[] {
  const reasons: string[] = [];
  if (fresh.plan !== signed.plan) reasons.push('the fresh rehearsal ran another plan');
  if (fresh.outcome !== 'safe') reasons.push(`the fresh rehearsal is ${fresh.outcome}: ${fresh.reason}`);
  if (fresh.fidelity !== signed.fidelity) reasons.push(`fidelity is ${fresh.fidelity}, signed was ${signed.fidelity}`);
  for (const [step, basis] of Object.entries(signed.bases)) {
    if (!sameJson(fresh.bases[step], basis)) reasons.push(`the basis of step ${step} changed since it was signed`);
  }
  for (const prediction of signed.predictions) reasons.push(...weaker(prediction, fresh.predictions));
  for (const unknown of fresh.unknowns) {
    if (!signed.unknowns.includes(unknown)) reasons.push(`new unknown: ${unknown}`);
  }
  return reasons;
}

function weaker(signed: Prediction, fresh: readonly Prediction[]): string[] {
  const name = `${describeRef(signed.object)} ${signed.fact}`;
  const match = fresh.find((p) => p.fact === signed.fact && sameJson(p.object, signed.object));
  if (!match) return [`prediction gone: ${name}`];
  if (!sameJson(match.value, signed.value)) return [`${name} was ${signed.value}, is now ${match.value}`];
  if (strength[match.grade] < strength[signed.grade]) return [`${name} was ${signed.grade}, is now ${match.grade}`];
  return [];
}
