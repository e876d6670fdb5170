import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alert, Delivery } from '../alert/alert.ts';
import { incidentOf } from './incident-of.ts';
import { moveOf, type Place } from './routing.ts';

const startsAt = '2026-11-21T12:00:00Z';
const windowMs = 1000;

function delivery(status: Alert['status'] = 'firing', change: Partial<Alert & { trace: string }> = {}): Delivery {
  const { trace = 'trace-2', ...rest } = change;
  const alert: Alert = { cluster: 'east', fingerprint: 'f', status, startsAt, labels: {}, annotations: {}, ...rest };
  return { cluster: 'east', group: 'g', trace, alerts: [alert] };
}

const incident = incidentOf(delivery('firing', { trace: 'trace-1' }));
const later = { startsAt: '2026-11-21T13:00:00Z' };

function place(change: Partial<Place> = {}): Place {
  assert.ok(incident);
  return { incident, number: 1, flaps: 0, openedBy: 'trace-1', ...change };
}

function move(sent: Delivery, at?: Place, taken = false): string {
  return moveOf(sent, { place: at, taken, windowMs }).kind;
}

test('OK: a new group opens an incident, named after its first start', () => {
  const opened = moveOf(delivery('firing', { trace: 'trace-1' }), { place: undefined, taken: false, windowMs });
  assert.deepEqual(opened, { kind: 'open', incident });
});

test('OK: what fires joins the open incident; what only resolves tells it', () => {
  assert.equal(move(delivery('firing', later), place()), 'join');
  assert.equal(move(delivery('resolved'), place()), 'tell');
  assert.equal(move(delivery('resolved')), 'tell');
  assert.equal(move(delivery('resolved'), place({ closedForMs: 1 })), 'tell');
});

test('OK: firing again inside the window reopens and is a flap; outside it is a new incident', () => {
  const reopened = moveOf(delivery('firing', later), {
    place: place({ closedForMs: windowMs }),
    taken: false,
    windowMs,
  });
  assert.deepEqual(reopened, { kind: 'reopen', flap: true, since: later.startsAt });
  assert.equal(move(delivery('firing', later), place({ closedForMs: windowMs + 1 })), 'open');
});

test('OK: outside the window too, an id is not given twice', () => {
  assert.equal(move(delivery('firing', { fingerprint: 'f2' }), place({ closedForMs: windowMs + 1 })), 'reopen');
});

test('OK: what opened it is no flap when it comes back', () => {
  const back = moveOf(delivery('firing', { trace: 'trace-1' }), {
    place: place({ closedForMs: 1 }),
    taken: false,
    windowMs,
  });
  assert.deepEqual(back, { kind: 'reopen', flap: false, since: startsAt });
});

test('dropped: what a closed incident has dealt with, wherever the group stands', () => {
  assert.equal(move(delivery(), place(), true), 'drop');
  assert.equal(move(delivery(), place({ closedForMs: 1 }), true), 'drop');
  assert.equal(move(delivery(), undefined, true), 'drop');
});
