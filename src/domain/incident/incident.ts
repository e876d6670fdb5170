import { z } from 'zod';

/**
 * How an incident ended. `human` means: a person has it now, with everything that was found. `recorded`: phase shadow
 * wrote down what it would have done, and nobody was asked. `merged`: another open incident is about the same subject.
 */
export const incidentOutcomeSchema = z.enum([
  'repaired',
  'undone',
  'denied',
  'expired',
  'cancelled',
  'void',
  'recorded',
  'merged',
  'human',
]);
export type IncidentOutcome = z.infer<typeof incidentOutcomeSchema>;

/** `inc-` and 16 hex digits: the only ids that incidents are made with, and the only ones that are looked up. */
export const incidentIdSchema = z.string().regex(/^inc-[0-9a-f]{16}$/, 'expected inc-<16 hex digits>');

/** What an incident is: its identity and its alerts' common words, made safe for display. */
export const incidentSchema = z.strictObject({
  id: z.string(),
  cluster: z.string(),
  trace: z.string(),
  startsAt: z.string(),
});
export type Incident = z.infer<typeof incidentSchema>;
