import { z } from 'zod';
import { tierSchema } from '../../domain/policy/verdict.ts';

const name = z.string().min(1);
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a 24-hour time such as 06:30');

// JavaScript accepts UTC offsets such as `+01:00`, and zone names in lower case such as `europe/berlin`. OPA refuses
// these values. With such a value, policy would deny every plan in the clusters that have a freeze window.
const zone = z
  .string()
  .regex(/^[A-Z][\w+-]*(\/[A-Z][\w+-]*)*$/, 'expected an IANA name such as Europe/Berlin')
  .refine(isKnownZone, 'unknown time zone');

function isKnownZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }) !== undefined;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The form of `data.yaml`. It has exactly the values that the rules in `policies/` and `src/actions/` read. */
export const policyDataSchema = z.strictObject({
  limits: z.strictObject({ max_replicas: z.int().positive() }),
  protected_namespaces: z.array(name),
  critical_namespace_classes: z.array(name),
  /** For each tier, the groups whose approvals count for a plan of this tier. */
  approver_groups: z.record(tierSchema, z.array(name).min(1)),
  /** The daily freeze window, for clusters whose class is in `classes`. */
  freeze_window: z.strictObject({ from: timeOfDay, to: timeOfDay, zone, classes: z.array(name) }),
});
