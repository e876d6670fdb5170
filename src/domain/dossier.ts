import { z } from 'zod';
import { digestOf, type Digest } from './digest.ts';
import { planSchema } from './plan.ts';
import { policyRuleSchema } from './policy-rule.ts';
import { signedReportSchema } from './report.ts';
import { verdictSchema } from './verdict.ts';

/** Why an incident exists, and whose request it is: an alert of a source, with nobody who could approve their own. */
export const causeSchema = z.strictObject({
  kind: z.literal('alert'),
  /** Alert name, made safe for display. */
  name: z.string(),
  fingerprints: z.array(z.string()).min(1),
});
export type Cause = z.infer<typeof causeSchema>;

/** Everything an approver signs. Its digest is over its canonical JSON, which is also its stored byte form. */
export const dossierSchema = z.strictObject({
  version: z.literal('airlock-dossier/1'),
  incident: z.string(),
  trace: z.string(),
  cause: causeSchema,
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
