import { z } from 'zod';
import { digestOf, shortDigest } from '../../lib/digest.ts';
import { badInput } from '../../lib/error.ts';
import { canonicalJson } from '../../lib/json/json.ts';
import { refusedInput } from '../../lib/refused-input.ts';
import { cutSecrets } from '../../lib/secrets/cut-secrets.ts';
import { alertOf, withoutSecrets } from '../../domain/alert/source-alert.ts';
import type { SentAlerts, ParsedAlerts } from '../../governance/ports.ts';
import { alertDataSchema, alertEventType } from './alert-event-bodies.ts';
import { readEvent } from './event.ts';

/**
 * Parses one alert from a CloudEvent. If the event has a `subject`, the event's `source` and `subject` identify the
 * alert's group. Otherwise the event's `source` and the alert's labels identify the group. The event's `id` is ignored.
 * So an alert that is sent twice, with two ids, is stored only once. Secrets are removed from every text before the group
 * and the fingerprint are made, because a digest of a guessable secret would show it.
 * @param caller the cluster of the caller's bearer token, and the time of the call.
 * @throws AirlockError `bad-input`, `cluster-not-allowed`, `unsupported-media-type`.
 */
export function parseAlertEvent(caller: { cluster: string; at: Date }, sent: SentAlerts): ParsedAlerts {
  const { attributes, data } = readEvent(sent);
  if (attributes.type !== alertEventType) throw badInput('type', `expected ${alertEventType}`);
  const parsed = z.object({ data: alertDataSchema }).safeParse({ data });
  if (!parsed.success) throw refusedInput(parsed.error, 'data');
  const { fingerprint, ...alert } = parsed.data.data;
  const [source, labels] = [cutSecrets(attributes.source), withoutSecrets(alert.labels)];
  const subject = attributes.subject === undefined ? labels : cutSecrets(attributes.subject);
  const alertFingerprint = fingerprint ?? shortDigest(digestOf([source, labels]));
  return {
    group: canonicalJson(['cloudevents', source, subject]),
    // A CloudEvent has no group key, so all events get the same constant.
    sourceGroupKey: alertEventType,
    alerts: [alertOf(caller, { ...alert, fingerprint: alertFingerprint }, 'data')],
  };
}
