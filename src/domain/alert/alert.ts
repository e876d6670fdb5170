import { z } from 'zod';

/**
 * One alert of a monitoring system. Cluster, fingerprint and `startsAt` identify the alert. All text of an alert is
 * untrusted.
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
 * New alerts that a monitoring system sent in one webhook call. Intake (the code behind `POST /v1/alerts/...`) stores
 * the delivery. The relay, a loop in `airlock serve`, later sends the delivery to the workflow of an incident.
 */
export const deliverySchema = z.strictObject({
  cluster: z.string(),
  /**
   * Key of the alert group, canonical JSON. For Alertmanager: receiver and group labels. For CloudEvents: source and
   * subject; without a subject, source and labels. Only intake builds this key. All other code only compares keys.
   */
  group: z.string(),
  /** Trace id, 32 hex digits. Intake creates a new trace id for each delivery. */
  trace: z.string(),
  alerts: z.array(alertSchema).min(1),
});
export type Delivery = z.infer<typeof deliverySchema>;
