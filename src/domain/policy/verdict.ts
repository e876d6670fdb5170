import { z } from 'zod';

export const tierSchema = z.enum(['low', 'medium', 'high']);
export type Tier = z.infer<typeof tierSchema>;

/** shadow: scored only; assist: shown, never executed; limited: people approve; autonomous: low tier runs by itself. */
export const phaseSchema = z.enum(['shadow', 'assist', 'limited', 'autonomous']);
export type Phase = z.infer<typeof phaseSchema>;

/** Who has to say yes: `count` different people, of `groups`; with `distinctGroups` each from another group. */
export const obligationSchema = z.strictObject({
  approvals: z.int().min(0).max(5),
  groups: z.array(z.string()),
  distinctGroups: z.boolean(),
});
export type Obligation = z.infer<typeof obligationSchema>;

/** A reason of policy: the rule's id and a sentence. */
const policyReasonSchema = z.strictObject({ rule: z.string(), sentence: z.string() });

/** What policy says. `allowed: false` always has reasons; a tier always has its reasons too (why it is not lower). */
export const verdictSchema = z.discriminatedUnion('allowed', [
  z.strictObject({ allowed: z.literal(false), reasons: z.array(policyReasonSchema).min(1) }),
  z.strictObject({
    allowed: z.literal(true),
    tier: tierSchema,
    phase: phaseSchema,
    /** False in shadow and assist: the dossier may be recorded or shown, never executed. */
    execute: z.boolean(),
    obligation: obligationSchema,
    reasons: z.array(policyReasonSchema),
  }),
]);
export type Verdict = z.infer<typeof verdictSchema>;
