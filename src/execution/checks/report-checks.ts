import { sameJson } from '../../lib/json.ts';
import { planDigest } from '../../domain/plan/plan.ts';
import type { ReportVerifier } from '../../domain/ports.ts';
import { stillHolds } from '../../domain/rehearsal/still-holds.ts';
import type { Facts } from './facts.ts';

/** The observer signed the dossier's report. */
export async function reportSigned({ dossier: { rehearsal } }: Facts, reports: ReportVerifier): Promise<string[]> {
  const valid = await reports.verify(rehearsal.statement, rehearsal.signature);
  return valid ? [] : ['the signature of the rehearsal is not the observer’s'];
}

/** The signed report is about this very plan, found it safe, and saw every object in the state that the plan names. */
export function reportIsOfThePlan({ dossier: { plan, rehearsal } }: Facts): string[] {
  const { report } = rehearsal.statement;
  const moved = [...plan.steps, ...plan.undo].filter((step) => !sameJson(report.bases[step.id], step.basis));
  return [
    ...(report.plan === planDigest(plan) ? [] : ['the rehearsal ran another plan']),
    ...(report.outcome === 'safe' ? [] : [`the rehearsal is ${report.outcome}: ${report.reason}`]),
    ...moved.map((step) => `the rehearsal saw another basis of step ${step.id}`),
  ];
}

/** No execution starts after the dossier's expiry, by the gateway's clock. */
export function notExpired({ dossier, now, begun }: Facts): string[] {
  const start = begun ? Date.parse(begun) : now.getTime();
  return start < Date.parse(dossier.expiresAt) ? [] : [`the dossier expired at ${dossier.expiresAt}`];
}

/** The rehearsal at the door says what the signed one said. Its signature and challenge were checked before. */
export function doorStillHolds({ dossier: { rehearsal }, door }: Facts): string[] {
  if (!door) return [];
  const elsewhere = (['cluster', 'incident'] as const).filter(
    (key) => door.statement[key] !== rehearsal.statement[key],
  );
  return [
    ...elsewhere.map((key) => `the rehearsal at the door is of another ${key}`),
    ...stillHolds(rehearsal.statement.report, door.statement.report),
  ];
}
