import { z } from 'zod';

/**
 * The outcome of an incident.
 * - `repaired`: the plan was executed, and every checked prediction came true.
 * - `undone`: a step failed or a prediction did not come true, and Airlock undid the change.
 * - `denied`: a person denied the dossier. If policy denies the plan, the outcome is `escalated`.
 * - `expired`: the dossier of a plan of tier low or medium expired. For tier high, the outcome is `escalated`.
 * - `cancelled`: the alerts resolved before the execution, or an operator cancelled the workflow.
 * - `invalidated`: the gateway refused the request or a check failed before the execution, so nothing was changed.
 * - `recorded`: in phase shadow, Airlock recorded the plan and asked nobody.
 * - `merged`: another open incident is about the same object and continues for both.
 * - `escalated`: a person must act. The journal has everything that Airlock found.
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

/** The identity of an incident. */
export const incidentSchema = z.strictObject({
  id: z.string(),
  cluster: z.string(),
  /** Trace id of all spans and log lines of the incident, 32 hex digits. */
  trace: z.string(),
  /** Start of the first alert, or time of the request or of the scheduled run, ISO 8601. */
  startsAt: z.string(),
});
export type Incident = z.infer<typeof incidentSchema>;
