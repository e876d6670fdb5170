import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alertOf } from './source-alert.ts';

const caller = { cluster: 'east', at: new Date('2026-11-21T12:00:00Z') };
const sent = {
  status: 'firing' as const,
  labels: { alertname: 'KubeSecretExpiring', namespace: 'shop', secret: 'web-tls', api_token: 'Zx81kQ0vLw3TnB6y' },
  annotations: {
    summary: 'login of postgres://app:hunter2@db failed',
    dashboard: 'https://grafana.example/d/1?from=2',
  },
  startsAt: '2026-11-21T12:00:00Z',
  fingerprint: 'f1',
};

test('removes the secrets from labels and annotations, and keeps all other words', () => {
  const { labels, annotations } = alertOf(caller, sent, 'alert');
  assert.deepEqual(labels, { ...sent.labels, api_token: '[removed: token]' });
  assert.deepEqual(annotations, {
    ...sent.annotations,
    summary: 'login of postgres://app:[removed: password]@db failed',
  });
});
