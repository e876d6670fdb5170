import { z } from 'zod';

/**
 * One alert of a monitoring system. Cluster, fingerprint and startsAt identify the alert. All text in it is untrusted.
 */
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
 * Alerts that a source sent in one webhook call. Intake (the code behind `POST /v1/alerts/...`) stores the delivery.
 * The relay sends the stored delivery to the incident's workflow.
 */
export const deliverySchema = z.strictObject({
  cluster: z.string(),
  /**
   * Key of the alert group: the receiver and the grouping labels of the source, as canonical JSON. Only intake looks
   * into the key. All other code only compares keys.
   */
  group: z.string(),
  /** Trace id, 32 hex digits. Intake creates one for each delivery. */
  trace: z.string(),
  alerts: z.array(alertSchema).min(1),
});
export type Delivery = z.infer<typeof deliverySchema>;
