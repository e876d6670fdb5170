import { z } from 'zod';
import { digestOf, shortDigest } from '../../lib/digest.ts';
import { badInput } from '../../lib/error.ts';
import { canonicalJson } from '../../lib/json.ts';
import { refusedInput } from '../../lib/refused-input.ts';
import { alertOf } from '../../domain/alert/source-alert.ts';
import type { SentAlerts, Webhook } from '../../governance/ports.ts';
import { alertDataSchema, alertEventType } from './alert-event-bodies.ts';
import { readEvent } from './event.ts';

/**
 * Reads one alert that was sent as a CloudEvent. Its group is the event's source and subject; where there is no subject,
 * source and labels. An alert that is sent again counts once, under another event id too.
 * @throws AirlockError `bad-input`, `foreign-cluster`, `unsupported-media-type`.
 */
export function parseAlertEvent(from: { cluster: string; at: Date }, sent: SentAlerts): Webhook {
  const { attributes, data } = readEvent(sent);
  const { type, source, subject } = attributes;
  if (type !== alertEventType) throw badInput('type', `${alertEventType} is the only type of event that is taken`);
  const parsed = z.object({ data: alertDataSchema }).safeParse({ data });
  if (!parsed.success) throw refusedInput(parsed.error, 'data');
  const { fingerprint, ...alert } = parsed.data.data;
  const known = fingerprint ?? shortDigest(digestOf([source, alert.labels]));
  return {
    group: canonicalJson(['cloudevents', source, subject ?? alert.labels]),
    groupKey: alertEventType,
    alerts: [alertOf(from, { ...alert, fingerprint: known }, 'data')],
  };
}
