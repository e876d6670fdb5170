import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as tick } from 'node:timers/promises';
import { createSlotRunner } from './slots.ts';

/** Work that ends when the test resolves it, and the indexes of the work that has begun. */
function works() {
  const begun: number[] = [];
  const ends = Array.from({ length: 4 }, () => Promise.withResolvers<number>());
  const work = (index: number) => () => {
    begun.push(index);
    return ends[index]?.promise ?? Promise.reject(new Error('no such work'));
  };
  return { begun, ends, work };
}

test('runs at most as many as there are slots, the others in order, also after one that failed', async () => {
  const { begun, ends, work } = works();
  const slots = createSlotRunner({ concurrency: 2, waitSeconds: 60 });
  const all = [0, 1, 2, 3].map((index) => slots(work(index)));
  await tick();
  assert.deepEqual(begun, [0, 1]);
  ends[1]?.reject(new Error('broken'));
  await assert.rejects(all[1] as Promise<number>, /^Error: broken$/);
  await tick();
  assert.deepEqual(begun, [0, 1, 2]);
  ends[0]?.resolve(0);
  ends[2]?.resolve(2);
  await tick();
  assert.deepEqual(begun, [0, 1, 2, 3]);
  ends[3]?.resolve(3);
  assert.deepEqual(await Promise.all([all[0], all[2], all[3]]), [0, 2, 3]);
});

test('no free slot in time: sandbox-busy (retry), and the work that gave up never runs', async () => {
  const { begun, ends, work } = works();
  const slots = createSlotRunner({ concurrency: 1, waitSeconds: 0.02 });
  const first = slots(work(0));
  await assert.rejects(slots(work(1)), {
    code: 'sandbox-busy',
    next: 'retry',
    message: /no slot for this rehearsal became free within 0.02 s \(slots: 1, other waiting rehearsals: 0\)/,
  });
  ends[0]?.resolve(0);
  await first;
  ends[2]?.resolve(2);
  assert.equal(await slots(work(2)), 2);
  assert.deepEqual(begun, [0, 2]);
});
