import { z } from 'zod';

/** The tier is the risk of a plan. Tier and trust phase decide which approvals the plan needs. */
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
 * The approvals that a plan needs. `approvals`: how many different people must approve. Each person must be in one of
 * `groups`. With `distinctGroups`, each person must approve for a different group.
 */
const obligationSchema = z.strictObject({
  approvals: z.int().min(0).max(5),
  groups: z.array(z.string()),
  distinctGroups: z.boolean(),
});
export type Obligation = z.infer<typeof obligationSchema>;

/** A reason that policy gives: the id of a policy rule, and a sentence for people. */
const policyReasonSchema = z.strictObject({ rule: z.string(), sentence: z.string() });

/** The answer of policy. The reasons say why the plan is denied, or why the tier of an allowed plan is not lower. */
export const verdictSchema = z.discriminatedUnion('allowed', [
  z.strictObject({ allowed: z.literal(false), reasons: z.array(policyReasonSchema).min(1) }),
  z.strictObject({
    allowed: z.literal(true),
    tier: tierSchema,
    phase: phaseSchema,
    /** False in the phases shadow and assist: the plan is recorded or shown, but never executed. */
    execute: z.boolean(),
    obligation: obligationSchema,
    reasons: z.array(policyReasonSchema),
  }),
]);
export type Verdict = z.infer<typeof verdictSchema>;
