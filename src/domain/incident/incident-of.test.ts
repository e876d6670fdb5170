import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alert, Delivery } from '../alert/alert.ts';
import { incidentOf } from './incident-of.ts';
import { incidentId } from '../names.ts';

function delivery(...alerts: [Alert['status'], string][]): Delivery {
  const base = { cluster: 'east', labels: {}, annotations: {} };
  return {
    cluster: 'east',
    group: 'g',
    trace: 't',
    alerts: alerts.map(([status, startsAt], index) => ({ ...base, fingerprint: `f${index}`, status, startsAt })),
  };
}

test('is named after the firing alert that started first, compared by instant and not by text', () => {
  const first = '2026-11-21T13:30:00+02:00';
  const incident = incidentOf(delivery(['firing', '2026-11-21T12:00:00Z'], ['firing', first]));
  assert.deepEqual(incident, { id: incidentId('east', 'g', first), cluster: 'east', trace: 't', startsAt: first });
});

test('ignores resolved alerts and the order of alerts, and does not change the delivery', () => {
  const given = delivery(['resolved', '2026-11-21T09:00:00Z'], ['firing', '2026-11-21T12:00:00Z']);
  const before = structuredClone(given);
  assert.equal(incidentOf(given)?.startsAt, '2026-11-21T12:00:00Z');
  assert.deepEqual(given, before);
});

test('is undefined if no alert fires', () => {
  assert.equal(incidentOf(delivery(['resolved', '2026-11-21T09:00:00Z'])), undefined);
});
