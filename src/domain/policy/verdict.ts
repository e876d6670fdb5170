import { z } from 'zod';

/** The tier is the risk of a plan. Tier and trust phase decide which approvals the plan needs. */
export const tierSchema = z.enum(['low', 'medium', 'high']);
export type Tier = z.infer<typeof tierSchema>;

/**
 * Trust phase: how much Airlock may do without people.
 * - `shadow`: Airlock only records plans.
 * - `assist`: Airlock shows plans to people. No plan is executed.
 * - `limited`: every plan needs approvals before Airlock executes the plan.
 * - `autonomous`: plans of tier low need no approval, except for plans that a person requested or edited. All other
 *   plans need the same approvals as in `limited`.
 */
export const phaseSchema = z.enum(['shadow', 'assist', 'limited', 'autonomous']);
export type Phase = z.infer<typeof phaseSchema>;

/**
 * The approvals that a plan needs. `approvals`: the number of people who must approve. Each of them must be in one of
 * `groups`. If `distinctGroups` is true, each of them must approve for a different group.
 */
const obligationSchema = z.strictObject({
  approvals: z.int().min(0).max(5),
  groups: z.array(z.string()),
  distinctGroups: z.boolean(),
});
export type Obligation = z.infer<typeof obligationSchema>;

/** A reason for a verdict: the id of a rule, and a sentence for people. */
const policyReasonSchema = z.strictObject({ rule: z.string(), sentence: z.string() });

/**
 * The answer of policy about a plan. If the plan is denied, `reasons` says why. If the plan is allowed, `reasons` says
 * why the tier is not lower.
 */
export const verdictSchema = z.discriminatedUnion('allowed', [
  z.strictObject({ allowed: z.literal(false), reasons: z.array(policyReasonSchema).min(1) }),
  z.strictObject({
    allowed: z.literal(true),
    tier: tierSchema,
    phase: phaseSchema,
    /** False in the phases shadow and assist: Airlock executes nothing in these phases. */
    execute: z.boolean(),
    obligation: obligationSchema,
    reasons: z.array(policyReasonSchema),
  }),
]);
export type Verdict = z.infer<typeof verdictSchema>;
