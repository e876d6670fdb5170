import { z } from 'zod';
import { tierSchema } from '../../domain/policy/verdict.ts';

const name = z.string().min(1);
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a 24-hour clock such as 06:30');

// JavaScript also accepts UTC offsets such as `+01:00`, and zone names in another case such as `europe/berlin`. OPA
// accepts neither. With such a value, policy would allow no plan in the clusters that have a freeze window.
const zone = z
  .string()
  .regex(/^[A-Z][\w+-]*(\/[A-Z][\w+-]*)*$/, 'expected an IANA name such as Europe/Berlin')
  .refine(isKnown, 'unknown time zone');

function isKnown(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }) !== undefined;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The values of `data.yaml`: exactly the values that the rules in `policies/` and `src/actions/` read. */
export const policyDataSchema = z.strictObject({
  limits: z.strictObject({ max_replicas: z.int().positive() }),
  protected_namespaces: z.array(name),
  critical_namespace_classes: z.array(name),
  /** For each tier: the groups whose approvals count for a plan of this tier. */
  approver_groups: z.record(tierSchema, z.array(name).min(1)),
  freeze_window: z.strictObject({ from: clock, to: clock, zone, classes: z.array(name) }),
});
