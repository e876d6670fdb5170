import { z } from 'zod';

/** One thing a monitoring system says. Identified by source cluster + fingerprint + startsAt. All text is untrusted. */
export const alertSchema = z.strictObject({
  cluster: z.string(),
  fingerprint: z.string(),
  status: z.enum(['firing', 'resolved']),
  startsAt: z.iso.datetime({ offset: true }),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
});
export type Alert = z.infer<typeof alertSchema>;

/** One group of alerts as it was delivered: what intake stores and the relay hands to the incident's workflow. */
export const deliverySchema = z.strictObject({
  cluster: z.string(),
  /** Canonical JSON of the receiver and the labels by which the source grouped; opaque to everyone else. */
  group: z.string(),
  trace: z.string(),
  alerts: z.array(alertSchema).min(1),
});
export type Delivery = z.infer<typeof deliverySchema>;
