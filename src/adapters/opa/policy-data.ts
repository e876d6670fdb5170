import { z } from 'zod';
import { tierSchema } from '../../domain/policy/verdict.ts';

const name = z.string().min(1);
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a 24-hour clock such as 06:30');

// Offsets and names in another case, which JavaScript takes too, are none to OPA: it would freeze everything.
const zone = z
  .string()
  .regex(/^[A-Z][\w+-]*(\/[A-Z][\w+-]*)*$/, 'expected an IANA name such as Europe/Berlin')
  .refine(isKnown, 'is no time zone that is known here');

function isKnown(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }) !== undefined;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** What the rules in `policies/` measure against: all that they read of `data.yaml`, and nothing else. */
export const policyDataSchema = z.strictObject({
  limits: z.strictObject({ max_replicas: z.int().positive() }),
  protected_namespaces: z.array(name),
  critical_namespace_classes: z.array(name),
  /** Whose approvals a tier needs. */
  approver_groups: z.record(tierSchema, z.array(name).min(1)),
  freeze_window: z.strictObject({ from: clock, to: clock, zone, classes: z.array(name) }),
});
