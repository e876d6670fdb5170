import { z } from 'zod';
import { canonicalJson } from '../../lib/json/json.ts';
import { refusedInput } from '../../lib/refused-input.ts';
import { cutSecrets } from '../../lib/secrets/cut-secrets.ts';
import {
  alertOf,
  labelsSchema,
  assertClusterLabel,
  sourceAlertSchema,
  withoutSecrets,
} from '../../domain/alert/source-alert.ts';
import { strictJson } from '../../lib/json/strict-json.ts';
import type { SentAlerts, ParsedAlerts } from '../../governance/ports.ts';

/** The body of Alertmanager's webhook, version 4. Airlock ignores all other fields of the body. */
const webhookSchema = z.object({
  version: z.literal('4', 'expected version 4 of the webhook'),
  groupKey: z.string().min(1).max(16_384),
  receiver: z.string().min(1).max(256),
  groupLabels: labelsSchema,
  commonLabels: labelsSchema.optional(),
  alerts: z.array(sourceAlertSchema).min(1).max(10_000),
});

/** Maps each accepted media type to the schema of the body. The OpenAPI document is made from this map. */
export const alertmanagerBodies = { 'application/json': webhookSchema };

/**
 * Parses one call of Alertmanager's webhook. Secrets are removed from every text, also from the texts that only identify
 * the group: the inbox stores the key of the group and a digest of the group key. Refuses the whole call if a label
 * `cluster` differs from the cluster of the caller.
 * @param caller the cluster of the caller's bearer token, and the time of the call.
 * @throws AirlockError `bad-input` or `cluster-not-allowed`. The error names the field and quotes no value.
 */
export function parseAlertmanagerWebhook(caller: { cluster: string; at: Date }, { body }: SentAlerts): ParsedAlerts {
  const parsed = webhookSchema.safeParse(strictJson(body));
  if (!parsed.success) throw refusedInput(parsed.error, 'body');
  const { receiver, groupKey, groupLabels, commonLabels, alerts } = parsed.data;
  assertClusterLabel(caller.cluster, groupLabels, 'groupLabels');
  assertClusterLabel(caller.cluster, commonLabels ?? {}, 'commonLabels');
  return {
    group: canonicalJson([cutSecrets(receiver), withoutSecrets(groupLabels)]),
    sourceGroupKey: cutSecrets(groupKey),
    alerts: alerts.map((alert, index) => alertOf(caller, alert, `alerts[${index}]`)),
  };
}
