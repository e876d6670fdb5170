import { z } from 'zod';

/**
 * The outcome of an incident. `human`: a person has to act, with everything that was found. `recorded`: phase shadow recorded
 * what it would have done, and asked nobody. `merged`: another open incident is about the same object.
 */
export const incidentOutcomeSchema = z.enum([
  'repaired',
  'undone',
  'denied',
  'expired',
  'cancelled',
  'invalidated',
  'recorded',
  'merged',
  'escalated',
]);
export type IncidentOutcome = z.infer<typeof incidentOutcomeSchema>;

/** `inc-` and 16 hex digits. Airlock creates no other incident ids, and looks up no others. */
export const incidentIdSchema = z.string().regex(/^inc-[0-9a-f]{16}$/, 'expected inc-<16 hex digits>');

/** Identity of an incident. */
export const incidentSchema = z.strictObject({
  id: z.string(),
  cluster: z.string(),
  trace: z.string(),
  startsAt: z.string(),
});
export type Incident = z.infer<typeof incidentSchema>;
