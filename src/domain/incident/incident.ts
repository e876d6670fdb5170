import { z } from 'zod';

/**
 * The outcome of an incident.
 * - `escalated`: a person must act. The journal has everything that Airlock found.
 * - `recorded`: in phase shadow, Airlock recorded the plan and asked nobody.
 * - `merged`: another open incident is about the same object.
 * - `invalidated`: a check before the execution no longer passed, so nothing was written.
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

/** `inc-` and 16 hex digits. Every incident id that Airlock creates or looks up has this form. */
export const incidentIdSchema = z.string().regex(/^inc-[0-9a-f]{16}$/, 'expected inc-<16 hex digits>');

/** Identity of an incident. */
export const incidentSchema = z.strictObject({
  id: z.string(),
  cluster: z.string(),
  /** Trace id of all spans and log lines of the incident, 32 hex digits. */
  trace: z.string(),
  /** Start of the first alert, or time of the request, ISO 8601. */
  startsAt: z.string(),
});
export type Incident = z.infer<typeof incidentSchema>;
