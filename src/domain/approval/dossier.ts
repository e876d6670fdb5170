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
  /** The requested playbook, or `undo of inc-...`, and the person's reason. */
  z.strictObject({ kind: z.literal('person'), name: z.string(), reason: reasonSchema }),
  /** Id of the schedule. */
  z.strictObject({ kind: z.literal('schedule'), name: z.string() }),
]);
/** The cause of an incident that no alert opened. */
export type RequestCause = z.infer<typeof requestCauseSchema>;

/** The cause of an incident: an alert, a person's request, or a schedule. */
const causeSchema = z.discriminatedUnion('kind', [alertCauseSchema, requestCauseSchema]);
export type Cause = z.infer<typeof causeSchema>;

/** Everything that an approver decides on. It is stored as canonical JSON, and its digest is over these bytes. */
export const dossierSchema = z.strictObject({
  version: z.literal('airlock-dossier/1'),
  incident: z.string(),
  trace: z.string(),
  cause: causeSchema,
  /** The people who requested the change or edited its parameters. Their approvals do not count. */
  requesters: z.array(personSchema).max(50),
  plan: planSchema,
  /** The whole signed report of the rehearsal. Its preconditions are the state of the objects that the plan changes. */
  rehearsal: signedReportSchema,
  verdict: verdictSchema,
  /** The RBAC rules of the two executions that an approval allows. */
  rules: z.strictObject({ do: z.array(policyRuleSchema), undo: z.array(policyRuleSchema) }),
  /** Other field managers of the fields that the plan writes (managedFields), with a warning where they will conflict. */
  owners: z.array(z.strictObject({ field: z.string(), manager: z.string(), warning: z.string().optional() })),
  createdAt: z.iso.datetime(),
  /** After this instant no execution starts. */
  expiresAt: z.iso.datetime(),
});
export type Dossier = z.infer<typeof dossierSchema>;

/** The digest that decisions name. */
export function dossierDigest(dossier: Dossier): Digest {
  return digestOf(dossier);
}
