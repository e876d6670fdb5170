import { z } from 'zod';
import { digestOf, type Digest } from '../../lib/digest.ts';
import { planSchema } from '../plan/plan.ts';
import { policyRuleSchema } from '../policy/policy-rule.ts';
import { personSchema, reasonSchema } from './decision-token.ts';
import { signedReportSchema } from '../rehearsal/report.ts';
import { verdictSchema } from '../policy/verdict.ts';

const alertCauseSchema = z.strictObject({
  kind: z.literal('alert'),
  /** Alert name, made safe for display. */
  name: z.string(),
  fingerprints: z.array(z.string()).min(1),
});

const requestCauseSchema = z.discriminatedUnion('kind', [
  /** `name` is the requested playbook or `undo of inc-...`; `reason` is the person's reason. */
  z.strictObject({ kind: z.literal('person'), name: z.string(), reason: reasonSchema }),
  /** `name` is the id of the schedule. */
  z.strictObject({ kind: z.literal('schedule'), name: z.string() }),
]);
/** The person's request or the schedule that opened an incident. */
export type RequestCause = z.infer<typeof requestCauseSchema>;

/** What opened an incident: an alert, a person's request, or a schedule. It is not the root cause of the problem. */
const causeSchema = z.discriminatedUnion('kind', [alertCauseSchema, requestCauseSchema]);
export type Cause = z.infer<typeof causeSchema>;

/**
 * Everything that an approver sees and decides on. A dossier is stored as canonical JSON, and its digest is over these
 * bytes.
 */
export const dossierSchema = z.strictObject({
  version: z.literal('airlock-dossier/1'),
  incident: z.string(),
  trace: z.string(),
  cause: causeSchema,
  /** The people who requested the change or edited its parameters. Their approvals do not count. */
  requesters: z.array(personSchema).max(50),
  plan: planSchema,
  /** The signed report of the rehearsal. The report also contains the precondition of each step. */
  rehearsal: signedReportSchema,
  verdict: verdictSchema,
  /** The RBAC rules for executing the plan (`do`) and for undoing it (`undo`). One approval allows both. */
  rules: z.strictObject({ do: z.array(policyRuleSchema), undo: z.array(policyRuleSchema) }),
  /**
   * The fields that the plan changes, each with a field manager other than Airlock that owns the field
   * (`managedFields`). If this manager uses server-side apply, `warning` says that its next apply conflicts with the
   * change.
   */
  fieldManagers: z.array(z.strictObject({ field: z.string(), manager: z.string(), warning: z.string().optional() })),
  createdAt: z.iso.datetime(),
  /** After this instant no execution starts. */
  expiresAt: z.iso.datetime(),
});
export type Dossier = z.infer<typeof dossierSchema>;

/** Returns the digest by which decisions, edits and executions name the dossier. */
export function dossierDigest(dossier: Dossier): Digest {
  return digestOf(dossier);
}
