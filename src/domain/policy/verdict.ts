import { z } from 'zod';

/** Risk tier of a plan. It decides which approvals the plan needs. */
export const tierSchema = z.enum(['low', 'medium', 'high']);
export type Tier = z.infer<typeof tierSchema>;

/** Trust phase. shadow: plans are recorded; assist: shown, never executed; limited: people approve; autonomous: tier low runs without approval. */
export const phaseSchema = z.enum(['shadow', 'assist', 'limited', 'autonomous']);
export type Phase = z.infer<typeof phaseSchema>;

/** The approvals that a plan needs: of so many different people in `groups`; with `distinctGroups`, each from another group. */
const obligationSchema = z.strictObject({
  approvals: z.int().min(0).max(5),
  groups: z.array(z.string()),
  distinctGroups: z.boolean(),
});
export type Obligation = z.infer<typeof obligationSchema>;

/** A reason of policy: id of the rule and a sentence. */
const policyReasonSchema = z.strictObject({ rule: z.string(), sentence: z.string() });

/** The answer of policy. A denial has reasons; the reasons of an allow say why its tier is not lower. */
export const verdictSchema = z.discriminatedUnion('allowed', [
  z.strictObject({ allowed: z.literal(false), reasons: z.array(policyReasonSchema).min(1) }),
  z.strictObject({
    allowed: z.literal(true),
    tier: tierSchema,
    phase: phaseSchema,
    /** False in the phases shadow and assist: the dossier may be recorded or shown, never executed. */
    execute: z.boolean(),
    obligation: obligationSchema,
    reasons: z.array(policyReasonSchema),
  }),
]);
export type Verdict = z.infer<typeof verdictSchema>;
