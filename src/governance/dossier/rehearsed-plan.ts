import { refused, type AirlockError } from '../../lib/error.ts';
import type { Digest } from '../../lib/digest.ts';
import type { Incident } from '../../domain/incident/incident.ts';
import { planSchema, type Plan } from '../../domain/plan/plan.ts';
import type { Blobs, ReportVerifier } from '../../domain/ports.ts';
import { signedReportSchema, type SignedReport } from '../../domain/rehearsal/report.ts';

export interface RehearsedPlanDeps {
  blobs: Blobs;
  reports: ReportVerifier;
}

/** Where a rehearsed plan is asked for. */
export interface Wanted {
  incident: Incident;
  plan: Digest;
  report: Digest;
}

/**
 * Reads a plan and its rehearsal, and believes neither before the observer's signature and every tie between incident,
 * cluster, plan and report were checked.
 * @throws AirlockError `report-refused`, `plan-invalid`, `blob-missing`.
 */
export async function rehearsedPlan(
  { blobs, reports }: RehearsedPlanDeps,
  wanted: Wanted,
): Promise<{ plan: Plan; rehearsal: SignedReport }> {
  const plan = planSchema.safeParse(await blobs.get(wanted.plan));
  if (!plan.success) throw refused('plan-invalid', `plan ${wanted.plan} has not the form of a plan: plan again`);
  const rehearsal = signedReportSchema.safeParse(await blobs.get(wanted.report));
  if (!rehearsal.success) throw refuse(wanted, 'it has not the form of a signed report');
  if (!(await reports.verify(rehearsal.data.statement, rehearsal.data.signature))) {
    throw refuse(wanted, 'the signature is not the observer’s');
  }
  const mismatch = firstMismatch(plan.data, rehearsal.data, wanted);
  if (mismatch) throw refuse(wanted, mismatch);
  return { plan: plan.data, rehearsal: rehearsal.data };
}

function firstMismatch(
  plan: Plan,
  { statement }: SignedReport,
  { incident, plan: digest }: Wanted,
): string | undefined {
  if (statement.incident !== incident.id) return 'it is of another incident';
  if (statement.cluster !== incident.cluster) return 'it is of another cluster';
  if (plan.cluster !== incident.cluster) return 'its plan is for another cluster';
  if (statement.report.plan !== digest) return 'it is the rehearsal of another plan';
  if (statement.challenge !== undefined) return 'it is a rehearsal at the door of another dossier';
  return undefined;
}

function refuse({ report }: Wanted, why: string): AirlockError {
  return refused('report-refused', `report ${report}: ${why}; rehearse again`);
}
