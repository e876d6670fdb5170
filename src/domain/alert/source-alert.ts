import { z } from 'zod';
import type { Alert } from './alert.ts';
import { bytesOf } from '../../lib/byte-parts.ts';
import { AirlockError, badInput } from '../../lib/error.ts';

/** Size limit of an alert as JSON, bytes. The limit keeps the messages to workflows small. */
const maxAlertBytes = 16_384;
/**
 * An alert may start at most this far in the future. Some tolerance is needed, because the clocks of source and intake
 * can differ. A limit is needed, because only the latest start of a fingerprint counts as firing. An alert with a start
 * in the far future would hide all other alerts with the same fingerprint.
 */
const maxAheadMinutes = 10;

const labelName = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]{0,127}$/, 'is not a label name');
// Control characters could control a terminal, and formatting characters could deceive a reader. A label value may
// contain neither. An annotation may contain formatting characters, tabs and line breaks.
const labelValue = z
  .string()
  .max(1024)
  .regex(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u, 'has control or formatting characters');
const annotationValue = z
  .string()
  .max(8192)
  .regex(/^(?:[^\p{Cc}\p{Cs}]|[\t\n\r])*$/u, 'has control characters');

/** Labels of an alert or of a delivery, with limits on their number and length. */
export const labelsSchema = z.record(labelName, labelValue).refine(atMost(64), 'has more than 64 entries');

/** One alert as a monitoring system sends it, in an Alertmanager webhook or a CloudEvent. */
export const sourceAlertSchema = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: labelsSchema,
  annotations: z.record(labelName, annotationValue).refine(atMost(32), 'has more than 32 entries'),
  startsAt: z.iso.datetime({ offset: true }),
  fingerprint: z.string().regex(/^[0-9a-f]{1,64}$/, 'is not a fingerprint'),
});

/**
 * Checks the alert that a monitoring system sent, and adds `cluster`, the cluster of the sender's token.
 * @param field path of the alert in the request, for error messages.
 * @throws AirlockError `bad-input` if the alert is too large or starts too far in the future; `cluster-not-allowed` if
 * the label `cluster` names another cluster. The errors contain no values of the alert.
 */
export function alertOf(
  { cluster, at: receivedAt }: { cluster: string; at: Date },
  sent: z.infer<typeof sourceAlertSchema>,
  field: string,
): Alert {
  refuseOtherCluster(cluster, sent.labels, `${field}.labels`);
  if (Date.parse(sent.startsAt) > receivedAt.getTime() + maxAheadMinutes * 60_000)
    throw badInput(
      `${field}.startsAt`,
      `is more than ${maxAheadMinutes} minutes in the future; check the sender's clock`,
    );
  const alert: Alert = { cluster, ...sent };
  if (bytesOf(alert) <= maxAlertBytes) return alert;
  throw badInput(field, `the alert is larger than ${maxAlertBytes} bytes; shorten its labels and annotations`);
}

/**
 * Refuses labels that name another cluster than the sender's token. Labels that name no cluster are accepted.
 * @param cluster the cluster of the token.
 * @throws AirlockError `cluster-not-allowed`.
 */
export function refuseOtherCluster(cluster: string, labels: Record<string, string>, where: string): void {
  if (labels['cluster'] === undefined || labels['cluster'] === cluster) return;
  throw new AirlockError({
    code: 'cluster-not-allowed',
    message: `${where}.cluster: names another cluster than the token's; send the alert with the token of the named cluster`,
    details: { field: `${where}.cluster` },
  });
}

function atMost(entries: number): (record: object) => boolean {
  return (record) => Object.keys(record).length <= entries;
}
