import { z } from 'zod';
import { canonicalJson } from '../../lib/json.ts';
import { refusedInput } from '../../lib/refused-input.ts';
import { alertOf, labelsSchema, mustBeOf, sourceAlertSchema } from '../../domain/alert/source-alert.ts';
import { strictJson } from '../../lib/strict-json.ts';
import type { SentAlerts, Webhook } from '../../governance/ports.ts';

/** Alertmanager's webhook, version 4; members that nobody reads are not looked at. */
const webhookSchema = z.object({
  version: z.literal('4', 'only version 4 of the webhook is understood'),
  groupKey: z.string().min(1).max(16_384),
  receiver: z.string().min(1).max(256),
  groupLabels: labelsSchema,
  commonLabels: labelsSchema.optional(),
  alerts: z.array(sourceAlertSchema).min(1).max(10_000),
});

/** What the API says about its body, by media type. */
export const alertmanagerBodies = { 'application/json': webhookSchema };

/**
 * Reads one call of Alertmanager's webhook.
 * @param from the cluster that the caller's token stands for, and when it called: alerts that claim another cluster are
 *   refused, not relabelled.
 * @throws AirlockError `bad-input` or `foreign-cluster`, with the path of the field and nothing of its value.
 */
export function parseAlertmanagerWebhook(from: { cluster: string; at: Date }, { body }: SentAlerts): Webhook {
  const parsed = webhookSchema.safeParse(strictJson(body));
  if (!parsed.success) throw refusedInput(parsed.error, 'body');
  const { receiver, groupKey, groupLabels, commonLabels, alerts } = parsed.data;
  mustBeOf(from.cluster, groupLabels, 'groupLabels');
  mustBeOf(from.cluster, commonLabels ?? {}, 'commonLabels');
  return {
    group: canonicalJson([receiver, groupLabels]),
    groupKey,
    alerts: alerts.map((alert, index) => alertOf(from, alert, `alerts[${index}]`)),
  };
}
