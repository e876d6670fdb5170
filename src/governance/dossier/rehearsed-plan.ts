import { refused, type AirlockError } from '../../lib/error.ts';
import type { Digest } from '../../lib/digest.ts';
import type { Incident } from '../../domain/incident/incident.ts';
import { planSchema, type Plan } from '../../domain/plan/plan.ts';
import type { Blobs } from '../../domain/journal/ports.ts';
import type { ReportVerifier } from '../../domain/rehearsal/ports.ts';
import { signedReportSchema, type SignedReport } from '../../domain/rehearsal/report.ts';

/** What `rehearsedPlan` needs from outside. */
export interface RehearsedPlanDeps {
  blobs: Blobs;
  reports: ReportVerifier;
}

/** A plan and the report of its rehearsal, by digest. Both must belong to `incident`. */
export interface RehearsedPlanRef {
  incident: Incident;
  plan: Digest;
  report: Digest;
}

/**
 * Reads a plan and the signed report of its rehearsal. Checks that the observer signed the report, that the report is
 * about this plan, and that both belong to the incident. Refuses the report of a preflight.
 * @throws AirlockError `report-refused`, `plan-invalid`, and the errors of the blob store.
 */
export async function rehearsedPlan(
  { blobs, reports }: RehearsedPlanDeps,
  ref: RehearsedPlanRef,
): Promise<{ plan: Plan; rehearsal: SignedReport }> {
  const plan = planSchema.safeParse(await blobs.get(ref.plan));
  if (!plan.success)
    throw refused(
      'plan-invalid',
      `document ${ref.plan} does not match the schema of plans, so the incident needs a new plan`,
    );
  const rehearsal = signedReportSchema.safeParse(await blobs.get(ref.report));
  if (!rehearsal.success) throw reportRefused(ref, 'it does not match the schema of signed reports');
  if (!(await reports.verify(rehearsal.data.statement, rehearsal.data.signature))) {
    throw reportRefused(ref, 'its signature is not the observer’s');
  }
  const mismatch = firstMismatch(plan.data, rehearsal.data, ref);
  if (mismatch) throw reportRefused(ref, mismatch);
  return { plan: plan.data, rehearsal: rehearsal.data };
}

function firstMismatch(
  plan: Plan,
  { statement }: SignedReport,
  { incident, plan: digest }: RehearsedPlanRef,
): string | undefined {
  if (statement.incident !== incident.id) return 'it belongs to another incident';
  if (statement.cluster !== incident.cluster) return 'it belongs to another cluster than the incident';
  if (plan.cluster !== incident.cluster) return 'the plan is for another cluster than the incident';
  if (statement.report.plan !== digest) return 'it reports the rehearsal of another plan';
  if (statement.challenge !== undefined) return 'it is the report of a preflight, not of the first rehearsal';
  return undefined;
}

function reportRefused({ report }: RehearsedPlanRef, why: string): AirlockError {
  return refused('report-refused', `report ${report}: ${why}; the incident needs a new plan and a new rehearsal`);
}
