import { z } from 'zod';
import type { Alert } from '../../domain/alert.ts';
import { AirlockError, badInput } from '../../domain/error.ts';
import { canonicalJson } from '../../domain/json.ts';
import { refusedInput } from '../../domain/refused-input.ts';
import { strictJson } from '../../domain/strict-json.ts';
import type { Webhook } from '../../governance/ports.ts';

/** Longest canonical form of one alert, characters: what is handed on in workflow messages stays bounded by it. */
const maxAlertLength = 16_384;

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
const labels = z.record(labelName, labelValue).refine(atMost(64), 'has more than 64 entries');
const annotations = z.record(labelName, annotationValue).refine(atMost(32), 'has more than 32 entries');

/** Alertmanager's webhook, version 4; members that nobody reads are not looked at. */
export const webhookSchema = z.object({
  version: z.literal('4', 'only version 4 of the webhook is understood'),
  groupKey: z.string().min(1).max(16_384),
  receiver: z.string().min(1).max(256),
  groupLabels: labels,
  commonLabels: labels.optional(),
  alerts: z
    .array(
      z.object({
        status: z.enum(['firing', 'resolved']),
        labels,
        annotations,
        startsAt: z.iso.datetime({ offset: true }),
        fingerprint: z.string().regex(/^[0-9a-f]{1,64}$/, 'is not a fingerprint'),
      }),
    )
    .min(1)
    .max(10_000),
});

/**
 * Reads one call of Alertmanager's webhook.
 * @param cluster the cluster that the caller's token stands for: alerts that claim another are refused, not relabelled.
 * @throws AirlockError `bad-input` or `foreign-cluster`, with the path of the field and nothing of its value.
 */
export function parseAlertmanagerWebhook(cluster: string, body: Uint8Array): Webhook {
  const parsed = webhookSchema.safeParse(strictJson(body));
  if (!parsed.success) throw refusedInput(parsed.error, 'body');
  const { receiver, groupKey, groupLabels, commonLabels, alerts } = parsed.data;
  mustBeOf(cluster, groupLabels, 'groupLabels');
  mustBeOf(cluster, commonLabels ?? {}, 'commonLabels');
  return {
    group: canonicalJson([receiver, groupLabels]),
    groupKey,
    alerts: alerts.map((alert, index) => {
      mustBeOf(cluster, alert.labels, `alerts[${index}].labels`);
      return bounded({ cluster, ...alert }, index);
    }),
  };
}

function mustBeOf(cluster: string, claimed: Record<string, string>, where: string): void {
  if (claimed['cluster'] === undefined || claimed['cluster'] === cluster) return;
  throw new AirlockError({
    code: 'foreign-cluster',
    message: `${where}.cluster: claims another cluster than the one that the token is for; send it with that one's token`,
    next: 'stop',
    details: { field: `${where}.cluster` },
  });
}

function bounded(alert: Alert, index: number): Alert {
  if (canonicalJson(alert).length <= maxAlertLength) return alert;
  throw badInput(`alerts[${index}]`, `labels and annotations are over ${maxAlertLength} characters together`);
}

function atMost(entries: number): (record: object) => boolean {
  return (record) => Object.keys(record).length <= entries;
}
