import { rulesOf } from '../../actions/rbac.ts';
import type { Alert } from '../../domain/alert/alert.ts';
import type { Asked, Dossier } from '../../domain/approval/dossier.ts';
import type { Incident } from '../../domain/incident/incident.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { Person } from '../../domain/approval/decision-token.ts';
import type { SignedReport } from '../../domain/rehearsal/report.ts';
import type { Snapshot } from '../../domain/rehearsal/snapshot.ts';
import type { Tier, Verdict } from '../../domain/policy/verdict.ts';
import { causeOf } from './cause-of.ts';
import { fieldOwners } from './field-owners.ts';

/** How long a dossier of each tier can be decided and executed, seconds. */
export type DossierSeconds = Record<Tier, number>;

/** Everything a dossier is made of. */
export interface DossierFacts {
  incident: Incident;
  alerts: readonly Alert[];
  asked?: Asked | undefined;
  requesters: readonly Person[];
  plan: Plan;
  rehearsal: SignedReport;
  verdict: Extract<Verdict, { allowed: true }>;
  /** The snapshot that the rehearsal ran on. */
  snapshot: Pick<Snapshot, 'objects'>;
  seconds: DossierSeconds;
  now: Date;
}

/** What approvers sign: derived from checked facts alone, nothing in it is anybody's prose but the playbook's. */
export function dossierOf({
  incident,
  alerts,
  asked,
  requesters,
  plan,
  rehearsal,
  verdict,
  snapshot,
  seconds,
  now,
}: DossierFacts): Dossier {
  return {
    version: 'airlock-dossier/1',
    incident: incident.id,
    trace: incident.trace,
    cause: causeOf(alerts, asked),
    requesters: [...requesters],
    plan,
    rehearsal,
    verdict,
    rules: { do: rulesOf(plan, 'do'), undo: rulesOf(plan, 'undo') },
    owners: fieldOwners(snapshot, rehearsal.statement.report.diff),
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + seconds[verdict.tier] * 1000).toISOString(),
  };
}
