import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createHttpClient } from '../src/platform/http/http-client.ts';

const deadlines = { headersMs: 10_000, bodyMs: 10_000, totalMs: 10_000 };

/** An alert that the demo or a test sends. */
export interface DemoAlert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** Default: `firing`. */
  status?: 'firing' | 'resolved';
  /** When the alert began to fire, in ISO 8601. */
  startsAt: string;
}

/**
 * Returns the JSON that Alertmanager posts to a webhook receiver (version 4). The alert is the only one of its group.
 * The labels of the group are alert name, namespace, Deployment and severity.
 */
function alertmanagerBody({ labels, annotations, status = 'firing', startsAt }: DemoAlert): object {
  const { alertname, namespace, deployment, severity } = labels;
  const groupLabels = { alertname, namespace, deployment, severity };
  const fingerprint = createHash('sha256').update(JSON.stringify(labels)).digest('hex').slice(0, 16);
  const endsAt = status === 'resolved' ? new Date().toISOString() : '0001-01-01T00:00:00Z';
  return {
    version: '4',
    groupKey: `{}:${JSON.stringify(groupLabels)}`,
    truncatedAlerts: 0,
    status,
    receiver: 'airlock',
    groupLabels,
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: 'http://alertmanager.invalid',
    alerts: [{ status, labels, annotations, startsAt, endsAt, generatorURL: 'http://prometheus.invalid', fingerprint }],
  };
}

/**
 * Posts the alert to `airlock serve` in the format of Alertmanager.
 * @param api address of the API of `airlock serve`.
 * @param tokenFile the file with the bearer token for alerts of one target.
 * @returns the HTTP status of the response.
 */
export async function sendAlert(api: string, tokenFile: string, alert: DemoAlert): Promise<number> {
  const token = (await readFile(tokenFile, 'utf8')).trim();
  using client = createHttpClient({ origin: api, deadlines, maxBytes: 1024 * 1024 });
  const { status } = await client.request({
    method: 'POST',
    path: '/v1/alerts/alertmanager',
    headers: { authorization: `Bearer ${token}` },
    json: alertmanagerBody(alert),
  });
  return status;
}
