import { z } from 'zod';

/** How an incident ended. `human` means: a person has it now, with everything that was found. */
export const incidentOutcomeSchema = z.enum(['repaired', 'undone', 'denied', 'expired', 'cancelled', 'void', 'human']);
export type IncidentOutcome = z.infer<typeof incidentOutcomeSchema>;

/** What an incident is: its identity and its alerts' common words, made safe for display. */
export const incidentSchema = z.strictObject({
  id: z.string(),
  cluster: z.string(),
  trace: z.string(),
  startsAt: z.string(),
});
export type Incident = z.infer<typeof incidentSchema>;
