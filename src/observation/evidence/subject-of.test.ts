import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alert } from '../../domain/alert/alert.ts';
import { subjectOf } from './subject-of.ts';

function alert(labels: Record<string, string>, status: Alert['status'] = 'firing'): Alert {
  return { cluster: 'east', fingerprint: 'f', status, startsAt: '2026-11-21T12:00:00Z', labels, annotations: {} };
}

const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };

test('the labels namespace and deployment name a Deployment', () => {
  const alerts = [alert({ alertname: 'X' }), alert({ namespace: 'shop', deployment: 'web', pod: 'web-1' })];
  assert.deepEqual(subjectOf(alerts), web);
});

test('a resolved alert does not count while another one fires', () => {
  const alerts = [
    alert({ namespace: 'shop', deployment: 'cart' }, 'resolved'),
    alert({ namespace: 'shop', deployment: 'web' }),
  ];
  assert.deepEqual(subjectOf(alerts), web);
});

test('the label node names a node, unless the alert names a Deployment', () => {
  assert.deepEqual(subjectOf([alert({ node: 'node-1' })]), { apiVersion: 'v1', kind: 'Node', name: 'node-1' });
  assert.deepEqual(subjectOf([alert({ namespace: 'shop', deployment: 'web', node: 'node-1' })]), web);
});

test('refuses alerts that name a workload and a node', () => {
  const alerts = [alert({ namespace: 'shop', deployment: 'web' }), alert({ node: 'node-1' })];
  assert.match(JSON.stringify(subjectOf(alerts)), /2 workloads or nodes/);
});

test('refuses a node name that is a path', () => {
  assert.match(JSON.stringify(subjectOf([alert({ node: '../secrets' })])), /the label node/);
});

test('refuses alerts that name no object', () => {
  assert.match(JSON.stringify(subjectOf([alert({ namespace: 'shop' })])), /no alert names a workload/);
});

test('refuses alerts that name several workloads', () => {
  const alerts = [alert({ namespace: 'shop', deployment: 'web' }), alert({ namespace: 'shop', deployment: 'cart' })];
  assert.match(JSON.stringify(subjectOf(alerts)), /2 workloads or nodes/);
});

for (const value of ['../../secrets', 'Web', '\u001b[31mweb', '', 'a'.repeat(254), 'web?x=1']) {
  test(`refuses the deployment name ${JSON.stringify(value).slice(0, 20)} without quoting it`, () => {
    const answer = subjectOf([alert({ namespace: 'shop', deployment: value })]);
    assert.ok('none' in answer && answer.none.includes('the label deployment'));
    if (value) assert.ok('none' in answer && !answer.none.includes(value));
  });
}
