import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createHttpClient } from '../src/platform/http/http-client.ts';

const deadlines = { headersMs: 10_000, bodyMs: 10_000, totalMs: 10_000 };

/** An alert that the demo or a test sends. */
export interface DemoAlert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  status?: 'firing' | 'resolved';
  startsAt: string;
}

/**
 * The body that Alertmanager posts to a webhook receiver (webhook version 4), grouped by alert name, namespace,
 * workload and severity.
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
 * Posts the alert as Alertmanager would.
 * @param tokenFile has the bearer token for the alerts of one cluster.
 * @returns the HTTP status.
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
