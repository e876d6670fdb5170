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

/** One delivered group of alerts. Intake stores it, and the relay sends it to the incident's workflow. */
export const deliverySchema = z.strictObject({
  cluster: z.string(),
  /** Canonical JSON of the receiver and of the labels by which the source grouped. Only intake knows its content. */
  group: z.string(),
  trace: z.string(),
  alerts: z.array(alertSchema).min(1),
});
export type Delivery = z.infer<typeof deliverySchema>;
