import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retry } from './retry.ts';

function failing(times: number) {
  let count = 0;
  const work = async (): Promise<string> => {
    count += 1;
    if (count <= times) throw new RangeError(`try ${count}`);
    return 'done';
  };
  return { work, count: () => count };
}
const pauseMs = (): number => 1;

test('returns the first result', async () => {
  const { work, count } = failing(2);
  assert.equal(await retry({ tries: 3, pauseMs, jitter: 0 }, work), 'done');
  assert.equal(count(), 3);
});

test('after the last try its error is thrown as it is', async () => {
  const { work, count } = failing(9);
  await assert.rejects(retry({ tries: 3, pauseMs, jitter: 0 }, work), { name: 'RangeError', message: 'try 3' });
  assert.equal(count(), 3);
});

test('an error that another try would meet again is thrown at once', async () => {
  const { work, count } = failing(9);
  const once = (error: unknown): number | undefined => (error instanceof RangeError ? undefined : 1);
  await assert.rejects(retry({ tries: 3, pauseMs: once, jitter: 0 }, work), { message: 'try 1' });
  assert.equal(count(), 1);
});

test('jitter lengthens a pause', async (t) => {
  t.mock.method(Math, 'random', () => 0.5);
  const from = performance.now();
  await retry({ tries: 2, pauseMs: () => 50, jitter: 1 }, failing(1).work);
  assert.ok(performance.now() - from >= 74);
});
