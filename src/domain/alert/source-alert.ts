import { z } from 'zod';
import type { Alert } from './alert.ts';
import { bytesOf } from '../../lib/byte-parts.ts';
import { AirlockError, badInput } from '../../lib/error.ts';

/** Most bytes of one alert as JSON: what is handed on in workflow messages stays bounded by it. */
const maxAlertBytes = 16_384;
/** How far the clocks of a source and of intake may differ. A start far ahead would hide every true start before it. */
const aheadAtMostMinutes = 10;

const labelName = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]{0,127}$/, 'is not a label name');
// Whoever may act on a terminal or deceive a reader is refused here, before anything is stored.
const labelValue = z
  .string()
  .max(1024)
  .regex(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u, 'has control or formatting characters');
const annotationValue = z
  .string()
  .max(8192)
  .regex(/^(?:[^\p{Cc}\p{Cs}]|[\t\n\r])*$/u, 'has control characters');

/** Labels as every source may send them. */
export const labelsSchema = z.record(labelName, labelValue).refine(atMost(64), 'has more than 64 entries');

/** One alert as a source sends it, whatever the format around it. */
export const sourceAlertSchema = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: labelsSchema,
  annotations: z.record(labelName, annotationValue).refine(atMost(32), 'has more than 32 entries'),
  startsAt: z.iso.datetime({ offset: true }),
  fingerprint: z.string().regex(/^[0-9a-f]{1,64}$/, 'is not a fingerprint'),
});

/**
 * The alert of a source, from the cluster that the source's token stands for.
 * @param field its path in what was sent, for errors.
 * @throws AirlockError `bad-input` where it is too large or has not started, `foreign-cluster`; no value is quoted.
 */
export function alertOf(
  { cluster, at }: { cluster: string; at: Date },
  sent: z.infer<typeof sourceAlertSchema>,
  field: string,
): Alert {
  mustBeOf(cluster, sent.labels, `${field}.labels`);
  if (Date.parse(sent.startsAt) > at.getTime() + aheadAtMostMinutes * 60_000)
    throw badInput(
      `${field}.startsAt`,
      `is over ${aheadAtMostMinutes} minutes in the future; check the sender's clock`,
    );
  const alert: Alert = { cluster, ...sent };
  if (bytesOf(alert) <= maxAlertBytes) return alert;
  throw badInput(field, `labels and annotations are over ${maxAlertBytes} bytes together`);
}

/** Refuses labels that claim another cluster than the token's: they are not relabelled. @throws AirlockError `foreign-cluster`. */
export function mustBeOf(cluster: string, claimed: Record<string, string>, where: string): void {
  if (claimed['cluster'] === undefined || claimed['cluster'] === cluster) return;
  throw new AirlockError({
    code: 'foreign-cluster',
    message: `${where}.cluster: claims another cluster than the one that the token is for; send it with that one's token`,
    next: 'stop',
    details: { field: `${where}.cluster` },
  });
}

function atMost(entries: number): (record: object) => boolean {
  return (record) => Object.keys(record).length <= entries;
}
