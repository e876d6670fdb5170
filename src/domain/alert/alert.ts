import { z } from 'zod';

/** One alert of a monitoring system, identified by source cluster, fingerprint and startsAt. All text is untrusted. */
export const alertSchema = z.strictObject({
  cluster: z.string(),
  fingerprint: z.string(),
  status: z.enum(['firing', 'resolved']),
  startsAt: z.iso.datetime({ offset: true }),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
});
export type Alert = z.infer<typeof alertSchema>;

/**
 * Alerts that a source delivered together. Intake stores the delivery, and the relay sends it to the incident's workflow.
 */
export const deliverySchema = z.strictObject({
  cluster: z.string(),
  /**
   * Key of the alert group: canonical JSON of the receiver and of the labels by which the source grouped the alerts. Only
   * intake reads these parts; all other code compares the key as a whole.
   */
  group: z.string(),
  /** Trace id, 32 hex digits. Intake creates one for each delivery. */
  trace: z.string(),
  alerts: z.array(alertSchema).min(1),
});
export type Delivery = z.infer<typeof deliverySchema>;
