import { z } from 'zod';

/** Risk tier of a plan. It decides which approvals the plan needs. */
export const tierSchema = z.enum(['low', 'medium', 'high']);
export type Tier = z.infer<typeof tierSchema>;

/**
 * Trust phase: how much Airlock may do on its own.
 * - `shadow`: plans are recorded, and nobody is asked.
 * - `assist`: plans are shown to people and never executed.
 * - `limited`: a plan is executed once people have approved it.
 * - `autonomous`: a plan of tier low is executed without an approval; every other plan is treated as in `limited`.
 */
export const phaseSchema = z.enum(['shadow', 'assist', 'limited', 'autonomous']);
export type Phase = z.infer<typeof phaseSchema>;

/**
 * The approvals that a plan needs: `approvals` different people must approve, and each must be in one of `groups`. With
 * `distinctGroups`, each person must approve for a different group.
 */
const obligationSchema = z.strictObject({
  approvals: z.int().min(0).max(5),
  groups: z.array(z.string()),
  distinctGroups: z.boolean(),
});
export type Obligation = z.infer<typeof obligationSchema>;

/** A reason that policy gives: id of the rule, and a sentence. */
const policyReasonSchema = z.strictObject({ rule: z.string(), sentence: z.string() });

/** The answer of policy. The reasons say why it denies the plan or, if it allows the plan, why the tier is not lower. */
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
