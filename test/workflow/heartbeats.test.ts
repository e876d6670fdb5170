import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openIncident } from './incident.ts';
import { digests } from './script.ts';
import { startWorld, type World } from './environment.ts';

let world: World;
before(async () => {
  world = await startWorld();
});
after(() => world[Symbol.asyncDispose]());

/** Longer than six beats. */
const longMs = 8_000;
const planned = { plan: digests.plan, playbook: 'p', summary: 's' };

async function triesOf(plan: (tries: number) => Promise<typeof planned>): Promise<{ tries: number; ms: number }> {
  let tries = 0;
  const done = Promise.withResolvers<number>();
  const begun = Date.now();
  const incident = await openIncident(world, {
    plan: () => plan((tries += 1)),
    rehearse: async () => {
      done.resolve(Date.now() - begun);
      return { report: digests.report, outcome: 'safe', reason: 'safe' };
    },
  });
  const ms = await done.promise;
  await incident.handle.terminate();
  return { tries, ms };
}

test('OK: an activity that takes long is heard of every second, and tried once', async () => {
  const { tries } = await triesOf(async () => {
    await sleep(longMs);
    return planned;
  });
  assert.equal(tries, 1);
});

test('one whose process stands still is tried again, and what the first try says too late does not count', async () => {
  const { tries, ms } = await triesOf(async (nth) => {
    // As SIGSTOP would, and SIGKILL for good: nothing of this process runs.
    if (nth === 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, longMs);
    return planned;
  });
  assert.equal(tries, 2);
  assert.ok(ms < 2 * longMs, `the next try came after ${ms} ms`);
});
