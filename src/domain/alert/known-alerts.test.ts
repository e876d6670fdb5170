import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alert } from './alert.ts';
import { createKnownAlerts } from './known-alerts.ts';

function alert(status: Alert['status'], hour: number, fingerprint = 'f1'): Alert {
  const startsAt = `2026-11-21T${hour}:00:00Z`;
  return { cluster: 'east', fingerprint, status, startsAt, labels: {}, annotations: {} };
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}

function stateOf(alerts: readonly Alert[]) {
  const known = createKnownAlerts();
  for (const each of alerts) known.add([each]);
  const firing = known.all().filter(known.isFiring);
  return { firing: firing.map(({ startsAt }) => startsAt), resolved: known.allEnded(), flaps: known.flaps() };
}

const first = alert('firing', 12);
const over = alert('resolved', 12);
const again = alert('firing', 13);

test('firing, resolved and firing again give the same state in every order and with every duplicate', () => {
  const expected = { firing: [again.startsAt], resolved: false, flaps: 1 };
  assert.deepEqual(stateOf([first, over, again]), expected);
  for (const order of permutations([first, over, again, first, over, again])) {
    assert.deepEqual(stateOf(order), expected, JSON.stringify(order));
  }
});

test('a second resolution and a second alert give the same state in every order', () => {
  const events = [first, over, again, alert('resolved', 13), alert('firing', 12, 'f2')];
  const expected = { firing: ['2026-11-21T12:00:00Z'], resolved: false, flaps: 1 };
  for (const order of permutations(events)) assert.deepEqual(stateOf(order), expected);
  const others = [...events, alert('resolved', 12, 'f2')];
  for (const order of permutations(others)) assert.deepEqual(stateOf(order), { firing: [], resolved: true, flaps: 1 });
});

test('an alert that is added again is not new', () => {
  const known = createKnownAlerts();
  assert.deepEqual(known.add([first, first]), [first]);
  assert.deepEqual(known.add([over]), [over]);
  assert.deepEqual(known.add([first, over]), []);
});

test('an alert whose fingerprint started again has ended, also if its resolution never arrived', () => {
  assert.deepEqual(stateOf([first, again, alert('resolved', 13)]), { firing: [], resolved: true, flaps: 1 });
});

test('the same instant in another time zone is not a flap', () => {
  const elsewhere = { ...first, startsAt: '2026-11-21T14:00:00+02:00' };
  assert.equal(stateOf([first, elsewhere]).flaps, 0);
});

test('starts before the current occurrence are not counted again', () => {
  const known = createKnownAlerts(again.startsAt);
  known.add([again, over]);
  assert.equal(known.flaps(), 0);
  known.add([alert('firing', 14)]);
  assert.equal(known.flaps(), 1);
});

test('knows no alert at the start, and nothing is resolved', () => {
  const known = createKnownAlerts();
  assert.deepEqual([known.hasAlerts(), known.allEnded(), known.all(), known.flaps()], [false, false, [], 0]);
});
