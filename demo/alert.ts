import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** What an alert of the demo says. */
export interface DemoAlert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  status?: 'firing' | 'resolved';
  startsAt: string;
}

/**
 * The body that Alertmanager's webhook receiver would send (webhook version 4), grouped by alert name, namespace, workload
 * and severity.
 */
export function alertmanagerBody({ labels, annotations, status = 'firing', startsAt }: DemoAlert): object {
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

/** Delivers it with the bearer token that fixes the source cluster. @returns the HTTP status. */
export async function sendAlert(api: string, tokenFile: string, alert: DemoAlert): Promise<number> {
  const token = (await readFile(tokenFile, 'utf8')).trim();
  const response = await fetch(`${api}/v1/alerts/alertmanager`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(alertmanagerBody(alert)),
    signal: AbortSignal.timeout(10_000),
  });
  return response.status;
}
