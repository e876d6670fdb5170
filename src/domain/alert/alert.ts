import { z } from 'zod';

/**
 * One alert of a monitoring system. Cluster, fingerprint and `startsAt` identify the alert. All its text is untrusted.
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
 * Alerts that a monitoring system sent in one webhook call. Intake (the code behind `POST /v1/alerts/...`) stores the
 * delivery. The relay, a loop in `airlock serve`, then sends the stored delivery to the workflow of an incident.
 */
export const deliverySchema = z.strictObject({
  cluster: z.string(),
  /**
   * Key of the alert group: canonical JSON of the receiver and of the labels by which the monitoring system grouped the
   * alerts. Only intake builds the key. All other code only compares keys.
   */
  group: z.string(),
  /** Trace id, 32 hex digits. Intake creates one for each delivery. */
  trace: z.string(),
  alerts: z.array(alertSchema).min(1),
});
export type Delivery = z.infer<typeof deliverySchema>;
