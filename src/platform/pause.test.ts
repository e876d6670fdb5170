import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pause } from './pause.ts';

test('lasts as long as it says, and ends early without an error when the signal is aborted', async () => {
  const from = performance.now();
  await pause(50);
  assert.ok(performance.now() - from >= 49);
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error('stopped')), 20);
  await pause(60_000, stop.signal);
  await pause(60_000, stop.signal);
  assert.ok(performance.now() - from < 5_000);
});
