import { z } from 'zod';
import { digestOf, type Digest } from '../../lib/digest.ts';
import { planSchema } from '../plan/plan.ts';
import { policyRuleSchema } from '../policy/policy-rule.ts';
import { personSchema, reasonSchema } from './decision-token.ts';
import { stepUpTermsSchema } from './step-up.ts';
import { signedReportSchema } from '../rehearsal/report.ts';
import { reviewLimits } from '../rehearsal/review-limits.ts';
import { verdictSchema } from '../policy/verdict.ts';

const alertCauseSchema = z.strictObject({
  kind: z.literal('alert'),
  /** The names of at most five alerts, escaped for display, and how many more there are. */
  name: z.string(),
  fingerprints: z.array(z.string()).min(1),
});

const requestCauseSchema = z.discriminatedUnion('kind', [
  /** `name`: the name of the requested playbook, or `undo of inc-...`. `reason`: why the person made the request. */
  z.strictObject({ kind: z.literal('person'), name: z.string(), reason: reasonSchema }),
  /** `name`: the id of the schedule. */
  z.strictObject({ kind: z.literal('schedule'), name: z.string() }),
]);
/** The person's request or the schedule that opened an incident. */
export type RequestCause = z.infer<typeof requestCauseSchema>;

/** What opened an incident: alerts, a person's request or a schedule. A cause is not the root cause of a problem. */
const causeSchema = z.discriminatedUnion('kind', [alertCauseSchema, requestCauseSchema]);
export type Cause = z.infer<typeof causeSchema>;

/** Everything that approvers see and decide on. A dossier is stored as canonical JSON. */
export const dossierSchema = z.strictObject({
  version: z.literal('airlock-dossier/1'),
  incident: z.string(),
  trace: z.string(),
  cause: causeSchema,
  /** The people who requested the change or edited its parameters. Their approvals of this dossier do not count. */
  requesters: z.array(personSchema).max(50),
  plan: planSchema,
  /** The signed report of the rehearsal, with the preconditions of all steps and undo steps. */
  rehearsal: signedReportSchema,
  verdict: verdictSchema,
  /** How a person must sign in to approve. A command asks the identity provider for this. Absent: any sign-in. */
  stepUp: stepUpTermsSchema.optional(),
  /** `do`: the RBAC rules for executing the plan. `undo`: the RBAC rules for undoing the plan. */
  rules: z.strictObject({ do: z.array(policyRuleSchema), undo: z.array(policyRuleSchema) }),
  /**
   * Who else manages the fields that the plan changes. One entry for each pair of a changed field and a field manager
   * other than Airlock (`metadata.managedFields`). `warning` is present if the manager uses server-side apply: the next
   * apply by this manager conflicts with the change.
   */
  fieldManagers: z
    .array(z.strictObject({ field: z.string(), manager: z.string(), warning: z.string().optional() }))
    .max(reviewLimits.fieldManagers),
  createdAt: z.iso.datetime(),
  /** From this time on, the gateway admits no decision or edit, and does not begin to execute the plan. */
  expiresAt: z.iso.datetime(),
});
export type Dossier = z.infer<typeof dossierSchema>;

/** Returns the digest of a dossier. Decisions, edits and executions refer to a dossier by this digest. */
export function dossierDigest(dossier: Dossier): Digest {
  return digestOf(dossier);
}
