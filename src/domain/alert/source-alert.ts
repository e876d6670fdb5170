import { z } from 'zod';
import type { Alert } from './alert.ts';
import { jsonSizeOf } from '../../lib/byte-parts.ts';
import { AirlockError, badInput } from '../../lib/error.ts';
import { cutNamedSecret } from '../../lib/secrets/cut-secrets.ts';

/** Largest size of an alert's canonical JSON, in bytes. The limit keeps the Signals to workflows small. */
const maxAlertBytes = 16_384;
/**
 * How far in the future an alert may start. A start in the near future is accepted, because the sender's clock can be
 * ahead of Airlock's clock. A start in the far future is refused, because the alert with the latest start ends all
 * other alerts with the same fingerprint.
 */
const maxMinutesInFuture = 10;

const labelName = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]{0,127}$/, 'is not a label name');
// A control character could change the state of a terminal. A formatting character, such as one that reverses the
// direction of text, could deceive a reader. Label values are printed, so they may contain neither of the two.
const labelValue = z
  .string()
  .max(1024)
  .regex(
    /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u,
    'has control characters, formatting characters, line separators or invalid Unicode',
  );
// Annotation values are not printed. They may contain formatting characters, tabs and line breaks.
const annotationValue = z
  .string()
  .max(8192)
  .regex(/^(?:[^\p{Cc}\p{Cs}]|[\t\n\r])*$/u, 'has control characters or invalid Unicode');

/** The labels of one alert, or the labels that all alerts of one webhook call share. */
export const labelsSchema = z.record(labelName, labelValue).refine(atMost(64), 'has more than 64 entries');

/** One alert as Alertmanager sends it. In a CloudEvent, `annotations` and `fingerprint` are optional. */
export const sourceAlertSchema = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: labelsSchema,
  annotations: z.record(labelName, annotationValue).refine(atMost(32), 'has more than 32 entries'),
  startsAt: z.iso.datetime({ offset: true }),
  fingerprint: z.string().regex(/^[0-9a-f]{1,64}$/, 'is not a fingerprint'),
});

/**
 * Checks an alert, adds the cluster of the sender's bearer token, and removes the secrets from labels and annotations.
 * @param field path of the alert in the HTTP request, for error messages.
 * @throws AirlockError `bad-input` if the alert is too large or starts too far in the future. AirlockError
 * `cluster-not-allowed` if the alert has the label of another cluster. No error message quotes the alert.
 */
export function alertOf(
  { cluster, at: receivedAt }: { cluster: string; at: Date },
  sent: z.infer<typeof sourceAlertSchema>,
  field: string,
): Alert {
  assertClusterLabel(cluster, sent.labels, `${field}.labels`);
  if (Date.parse(sent.startsAt) > receivedAt.getTime() + maxMinutesInFuture * 60_000)
    throw badInput(
      `${field}.startsAt`,
      `is more than ${maxMinutesInFuture} minutes in the future; check the sender's clock`,
    );
  const alert: Alert = {
    cluster,
    ...sent,
    labels: withoutSecrets(sent.labels),
    annotations: withoutSecrets(sent.annotations),
  };
  if (jsonSizeOf(alert) <= maxAlertBytes) return alert;
  throw badInput(field, `the alert is larger than ${maxAlertBytes} bytes; shorten its labels and annotations`);
}

/** Removes the secrets from the values of labels or annotations (`cutNamedSecret`). */
export function withoutSecrets(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, cutNamedSecret(name, value)]));
}

/**
 * Checks the label `cluster`, which may be absent.
 * @param cluster the cluster of the sender's bearer token.
 * @param field path of the labels in the HTTP request, for the error message.
 * @throws AirlockError `cluster-not-allowed` if the label is for another cluster.
 */
export function assertClusterLabel(cluster: string, labels: Record<string, string>, field: string): void {
  if (labels['cluster'] === undefined || labels['cluster'] === cluster) return;
  throw new AirlockError({
    code: 'cluster-not-allowed',
    message: `${field}.cluster: is not the cluster of the bearer token; use the token of the cluster in this label`,
    details: { field: `${field}.cluster` },
  });
}

function atMost(entries: number): (record: object) => boolean {
  return (record) => Object.keys(record).length <= entries;
}
