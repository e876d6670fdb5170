import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identityOf, parseStat } from './process-identity.mjs';

const rest = '1 42 42 0 -1 4194560 100 0 0 0 1 2 0 0 20 0 7 0 987654 1000 200';

test('reads start time and state', () => {
  assert.deepEqual(parseStat(`42 (etcd) S ${rest}`), { state: 'S', startTime: '987654' });
});

test('reads the right fields after a name with spaces and brackets', () => {
  assert.deepEqual(parseStat(`42 (a) Z 1 (b) R ${rest}`), { state: 'R', startTime: '987654' });
});

test('returns the same identity for this process each time', () => {
  assert.match(identityOf(process.pid)?.startTime ?? '', /^\d+$/);
  assert.deepEqual(identityOf(process.pid), identityOf(process.pid));
});

test('returns undefined for a pid without a process', () => {
  assert.equal(identityOf(4_194_305), undefined); // above the largest pid_max of Linux
});
