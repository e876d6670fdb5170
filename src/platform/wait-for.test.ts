import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from './wait-for.ts';

const options = { what: 'the nodes to be ready', every: 10, within: 100 };

/** A probe that fails, or returns false, the given number of times. */
function nth(times: number, before: () => undefined | false) {
  let count = 0;
  return { probe: async () => (++count > times ? 'there' : before()), count: () => count };
}

test('returns the first value, at once if the first probe gives one', async () => {
  const from = performance.now();
  assert.equal(await waitFor({ ...options, every: 60_000 }, () => 0), 0);
  assert.ok(performance.now() - from < 1_000);
  const late = nth(3, () => undefined);
  assert.equal(await waitFor({ ...options, within: 5_000 }, late.probe), 'there');
  assert.equal(late.count(), 4);
  assert.equal(await waitFor(options, nth(1, () => false).probe), 'there');
});

test('gives up with what it waited for', async () => {
  const message = 'gave up after 0.1 s of waiting for the nodes to be ready; look at the logs, then try again';
  const from = performance.now();
  await assert.rejects(
    waitFor(options, () => false),
    { code: 'wait-timeout', next: 'ask', message },
  );
  assert.ok(performance.now() - from >= 99);
});

test('probes for the last time when the time is over, and at least once', async () => {
  const probed: number[] = [];
  const from = performance.now();
  const probe = (): false => (probed.push(performance.now() - from), false);
  await assert.rejects(waitFor({ ...options, every: 60_000 }, probe), { code: 'wait-timeout' });
  assert.equal(probed.length, 2);
  assert.equal(await waitFor({ ...options, within: 0 }, () => 'there'), 'there');
});

test('an error of the probe ends the wait', async () => {
  const broken = nth(1, () => {
    throw new TypeError('broken');
  });
  await assert.rejects(waitFor(options, broken.probe), { name: 'TypeError', message: 'broken' });
  assert.equal(broken.count(), 1);
});

test('waits while errors are tolerated, and reports the last one', async () => {
  const tolerate = (error: unknown): boolean => error instanceof RangeError;
  const late = nth(2, () => {
    throw new RangeError('not yet');
  });
  assert.equal(await waitFor({ ...options, tolerate, within: 5_000 }, late.probe), 'there');
  const never = (): never => {
    throw new RangeError('not yet\u001b[2J');
  };
  await assert.rejects(waitFor({ ...options, tolerate }, never), {
    code: 'wait-timeout',
    message: /after 0\.1 s of waiting for the nodes to be ready \(last error: not yet\\u\{1b\}\[2J\); look/,
  });
});

test('the caller decides what happens when the time is over', async () => {
  assert.equal(await waitFor({ ...options, otherwise: () => 'gone' }, () => undefined), 'gone');
  const otherwise = (problem: string | undefined): never => {
    throw new SyntaxError(problem);
  };
  const probe = (): never => {
    throw new RangeError('not yet');
  };
  await assert.rejects(waitFor({ ...options, tolerate: () => true, otherwise }, probe), {
    name: 'SyntaxError',
    message: 'not yet',
  });
});

test('abort: before the first probe, and in a pause', async () => {
  const reason = new Error('stopped');
  const never = nth(Infinity, () => false);
  await assert.rejects(waitFor({ ...options, signal: AbortSignal.abort(reason) }, never.probe), reason);
  assert.equal(never.count(), 0);
  const stop = new AbortController();
  setTimeout(() => stop.abort(reason), 20);
  const from = performance.now();
  const wait = waitFor({ ...options, every: 60_000, within: 60_000, signal: stop.signal }, never.probe);
  await assert.rejects(wait, reason);
  assert.ok(performance.now() - from < 5_000);
});

test('jitter lengthens pauses and never shortens them', async (t) => {
  t.mock.method(Math, 'random', () => 0.5);
  const at: number[] = [];
  const probe = (): boolean => at.push(performance.now()) === 2;
  await waitFor({ ...options, every: 50, within: 5_000, jitter: 1 }, probe);
  const [first = 0, second = 0] = at;
  assert.ok(second - first >= 74, String(second - first));
});
