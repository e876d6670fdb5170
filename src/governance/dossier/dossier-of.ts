import { rulesOf } from '../../actions/rbac.ts';
import type { Alert } from '../../domain/alert/alert.ts';
import type { RequestCause, Dossier } from '../../domain/approval/dossier.ts';
import type { StepUp, StepUpTerms } from '../../domain/approval/step-up.ts';
import type { Incident } from '../../domain/incident/incident.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { Person } from '../../domain/approval/decision-token.ts';
import type { SignedReport } from '../../domain/rehearsal/report.ts';
import type { Tier, Verdict } from '../../domain/policy/verdict.ts';
import { causeOf } from './cause-of.ts';

/** For each tier: the time from the creation of a dossier until the dossier expires, seconds. */
export type DossierSeconds = Record<Tier, number>;

/** What a dossier is built from. */
export interface DossierInput {
  incident: Incident;
  alerts: readonly Alert[];
  requestCause?: RequestCause | undefined;
  requesters: readonly Person[];
  plan: Plan;
  rehearsal: SignedReport;
  verdict: Extract<Verdict, { allowed: true }>;
  fieldManagers: Dossier['fieldManagers'];
  dossierSeconds: DossierSeconds;
  stepUp: StepUp;
  now: Date;
}

function demandOf(stepUp: StepUpTerms): Pick<Dossier, 'stepUp'> {
  return stepUp.acr || stepUp.amr ? { stepUp } : {};
}

/** Builds a dossier. The caller must already have checked the plan, the rehearsal and the verdict. */
export function dossierOf({
  incident,
  alerts,
  requestCause,
  requesters,
  plan,
  rehearsal,
  verdict,
  fieldManagers,
  dossierSeconds,
  stepUp,
  now,
}: DossierInput): Dossier {
  return {
    version: 'airlock-dossier/1',
    incident: incident.id,
    trace: incident.trace,
    cause: causeOf(alerts, requestCause),
    requesters: [...requesters],
    plan,
    rehearsal,
    verdict,
    ...demandOf(stepUp[verdict.tier]),
    rules: { do: rulesOf(plan, 'do'), undo: rulesOf(plan, 'undo') },
    fieldManagers,
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + dossierSeconds[verdict.tier] * 1000).toISOString(),
  };
}
