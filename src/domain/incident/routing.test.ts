import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alert, Delivery } from '../alert/alert.ts';
import { incidentOf } from './incident-of.ts';
import { route, type RoutingState } from './routing.ts';

const startsAt = '2026-11-21T12:00:00Z';
const windowMs = 1000;

function delivery(status: Alert['status'] = 'firing', change: Partial<Alert & { trace: string }> = {}): Delivery {
  const { trace = 'trace-2', ...rest } = change;
  const alert: Alert = { cluster: 'east', fingerprint: 'f', status, startsAt, labels: {}, annotations: {}, ...rest };
  return { cluster: 'east', group: 'g', trace, alerts: [alert] };
}

const incident = incidentOf(delivery('firing', { trace: 'trace-1' }));
const later = { startsAt: '2026-11-21T13:00:00Z' };

function stateOf(change: Partial<RoutingState> = {}): RoutingState {
  assert.ok(incident);
  return { incident, number: 1, flaps: 0, openedBy: 'trace-1', ...change };
}

function kindOf(sent: Delivery, at?: RoutingState, allAccepted = false): string {
  return route(sent, { state: at, allAccepted, windowMs }).kind;
}

test('a new group opens an incident, named after its first start', () => {
  const opened = route(delivery('firing', { trace: 'trace-1' }), { state: undefined, allAccepted: false, windowMs });
  assert.deepEqual(opened, { kind: 'open', incident });
});

test('firing alerts join the open incident; resolved alerts only notify it', () => {
  assert.equal(kindOf(delivery('firing', later), stateOf()), 'join');
  assert.equal(kindOf(delivery('resolved'), stateOf()), 'notify');
  assert.equal(kindOf(delivery('resolved')), 'notify');
  assert.equal(kindOf(delivery('resolved'), stateOf({ closedForMs: 1 })), 'notify');
});

test('alerts that fire again within the window reopen the incident and count as a flap; later ones open a new incident', () => {
  const reopened = route(delivery('firing', later), {
    state: stateOf({ closedForMs: windowMs }),
    allAccepted: false,
    windowMs,
  });
  assert.deepEqual(reopened, { kind: 'reopen', flap: true, since: later.startsAt });
  assert.equal(kindOf(delivery('firing', later), stateOf({ closedForMs: windowMs + 1 })), 'open');
});

test('an incident id is not used twice, also after the window', () => {
  assert.equal(kindOf(delivery('firing', { fingerprint: 'f2' }), stateOf({ closedForMs: windowMs + 1 })), 'reopen');
});

test('a delivery that opened the incident and is routed again does not count as a flap', () => {
  const back = route(delivery('firing', { trace: 'trace-1' }), {
    state: stateOf({ closedForMs: 1 }),
    allAccepted: false,
    windowMs,
  });
  assert.deepEqual(back, { kind: 'reopen', flap: false, since: startsAt });
});

test('a delivery whose alerts a closed incident has all accepted is dropped in every routing state', () => {
  assert.equal(kindOf(delivery(), stateOf(), true), 'drop');
  assert.equal(kindOf(delivery(), stateOf({ closedForMs: 1 }), true), 'drop');
  assert.equal(kindOf(delivery(), undefined, true), 'drop');
});
