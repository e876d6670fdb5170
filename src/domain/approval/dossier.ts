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

const askedSchema = z.discriminatedUnion('kind', [
  /** The playbook that was asked for, or `undo of inc-...`, and why. */
  z.strictObject({ kind: z.literal('person'), name: z.string(), reason: reasonSchema }),
  /** Id of the schedule. */
  z.strictObject({ kind: z.literal('schedule'), name: z.string() }),
]);
/** Why an incident exists that no alert opened. */
export type Asked = z.infer<typeof askedSchema>;

/** Why an incident exists: an alert of a source, a person's request, or a schedule. */
export const causeSchema = z.discriminatedUnion('kind', [alertCauseSchema, askedSchema]);
export type Cause = z.infer<typeof causeSchema>;

/** Everything an approver signs. Its digest is over its canonical JSON, which is also its stored byte form. */
export const dossierSchema = z.strictObject({
  version: z.literal('airlock-dossier/1'),
  incident: z.string(),
  trace: z.string(),
  cause: causeSchema,
  /** Who asked for it, and everyone who changed its parameters: their approval does not count. */
  requesters: z.array(personSchema).max(50),
  plan: planSchema,
  /** The signed rehearsal, whole: the report's bases are the state of the touched objects. */
  rehearsal: signedReportSchema,
  verdict: verdictSchema,
  /** The RBAC of the two executions that a signature allows. */
  rules: z.strictObject({ do: z.array(policyRuleSchema), undo: z.array(policyRuleSchema) }),
  /** Who else writes the fields that the plan writes (managedFields), with a warning where that will conflict. */
  owners: z.array(z.strictObject({ field: z.string(), manager: z.string(), warning: z.string().optional() })),
  createdAt: z.iso.datetime(),
  /** After this instant no execution starts. */
  expiresAt: z.iso.datetime(),
});
export type Dossier = z.infer<typeof dossierSchema>;

/** What an approver signs. */
export function dossierDigest(dossier: Dossier): Digest {
  return digestOf(dossier);
}
