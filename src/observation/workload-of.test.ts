import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alert } from '../domain/alert.ts';
import { workloadOf } from './workload-of.ts';

function alert(labels: Record<string, string>, status: Alert['status'] = 'firing'): Alert {
  return { cluster: 'east', fingerprint: 'f', status, startsAt: '2026-11-21T12:00:00Z', labels, annotations: {} };
}

test('OK: the labels namespace and deployment name it', () => {
  const alerts = [alert({ alertname: 'X' }), alert({ namespace: 'shop', deployment: 'web', pod: 'web-1' })];
  assert.deepEqual(workloadOf(alerts), { namespace: 'shop', deployment: 'web' });
});

test('OK: a resolved alert does not count beside one that fires', () => {
  const alerts = [
    alert({ namespace: 'shop', deployment: 'cart' }, 'resolved'),
    alert({ namespace: 'shop', deployment: 'web' }),
  ];
  assert.deepEqual(workloadOf(alerts), { namespace: 'shop', deployment: 'web' });
});

test('no alert names a workload', () => {
  assert.match(JSON.stringify(workloadOf([alert({ namespace: 'shop' })])), /no alert names a workload/);
});

test('several workloads are a choice for a person', () => {
  const alerts = [alert({ namespace: 'shop', deployment: 'web' }), alert({ namespace: 'shop', deployment: 'cart' })];
  assert.match(JSON.stringify(workloadOf(alerts)), /2 workloads/);
});

for (const value of ['../../secrets', 'Web', '\u001b[31mweb', '', 'a'.repeat(254), 'web?x=1']) {
  test(`a deployment called ${JSON.stringify(value).slice(0, 20)} is refused without being shown`, () => {
    const answer = workloadOf([alert({ namespace: 'shop', deployment: value })]);
    assert.ok('none' in answer && answer.none.includes('the label deployment'));
    if (value) assert.ok('none' in answer && !answer.none.includes(value));
  });
}
