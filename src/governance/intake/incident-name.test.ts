import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alert } from '../../domain/alert/alert.ts';
import { incidentName } from './incident-name.ts';

const alert = (alertname: string): Alert => ({
  cluster: 'east',
  fingerprint: alertname,
  status: 'firing',
  startsAt: '2026-11-21T12:00:00Z',
  labels: { alertname },
  annotations: {},
});

test('names each alert once, at most five, and counts the others', () => {
  assert.equal(incidentName(['A', 'B', 'A'].map(alert)), 'A, B');
  assert.equal(incidentName([...'ABCDEFG'].map(alert)), 'A, B, C, D, E and 2 more');
});

test('a long name shows that it is cut', () => {
  assert.equal(incidentName([alert('x'.repeat(101))]), `${'x'.repeat(100)}...`);
  assert.equal(incidentName([alert('x'.repeat(100))]), 'x'.repeat(100));
});
