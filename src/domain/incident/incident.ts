import { z } from 'zod';

/**
 * The outcome of an incident.
 * - `repaired`: the gateway executed the plan, and every checked prediction came true.
 * - `undone`: a step failed or a checked prediction did not come true. Airlock then undid the change.
 * - `denied`: a person denied the dossier. If policy denies the plan, the outcome is `escalated`.
 * - `expired`: the tier is low or medium, and the dossier expired. For tier high, the outcome is `escalated`.
 * - `cancelled`: before the execution, the alerts resolved or somebody cancelled the workflow.
 * - `invalidated`: the gateway refused the person's request, the dossier or the execution. Nothing was changed.
 * - `recorded`: the trust phase is shadow. Airlock recorded the plan and asked nobody to approve it.
 * - `merged`: the incident was merged into another open incident about the same object.
 * - `escalated`: a person has to take over.
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

/** The form of an incident id: `inc-` and 16 lower-case hex digits. */
export const incidentIdSchema = z.string().regex(/^inc-[0-9a-f]{16}$/, 'expected inc-<16 hex digits>');

/** The identity of an incident. */
export const incidentSchema = z.strictObject({
  id: z.string(),
  cluster: z.string(),
  /** The trace id in all spans and log lines of the incident, 32 hex digits. */
  trace: z.string(),
  /**
   * ISO 8601. For alerts: the earliest start of a firing alert. For a person's request: the time at which the request's
   * token was issued. For a schedule: the scheduled time of the run.
   */
  startsAt: z.string(),
});
export type Incident = z.infer<typeof incidentSchema>;
