import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openIncident } from './incident.ts';
import { digests } from './script.ts';
import { describeQueues } from '../../src/adapters/temporal/queues.ts';
import { waitFor } from '../../src/platform/wait-for.ts';
import { insecure, startEnvironment, type TestEnvironment } from './environment.ts';

let environment: TestEnvironment;
before(async () => {
  environment = await startEnvironment();
});
after(() => environment[Symbol.asyncDispose]());

/** Longer than six heartbeat intervals. */
const longMs = 8_000;
const planned = { plan: digests.plan, playbook: 'p', summary: 's' };

async function attemptsOf(
  plan: (attempts: number) => Promise<typeof planned>,
): Promise<{ attempts: number; ms: number }> {
  let attempts = 0;
  const done = Promise.withResolvers<number>();
  const begun = Date.now();
  const incident = await openIncident(environment, {
    plan: () => plan((attempts += 1)),
    rehearse: async () => {
      done.resolve(Date.now() - begun);
      return { report: digests.report, outcome: 'safe', reason: 'safe' };
    },
  });
  const ms = await done.promise;
  await incident.handle.terminate();
  return { attempts, ms };
}

test('a long activity sends heartbeats and has one attempt', async () => {
  const { attempts } = await attemptsOf(async () => {
    await sleep(longMs);
    return planned;
  });
  assert.equal(attempts, 1);
});

test('an activity whose process is suspended gets a second attempt, and the late result of the first is ignored', async () => {
  const { attempts, ms } = await attemptsOf(async (nth) => {
    // Blocks the whole process, as SIGSTOP does.
    if (nth === 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, longMs);
    return planned;
  });
  assert.equal(attempts, 2);
  assert.ok(ms < 2 * longMs, `the next attempt came after ${ms} ms`);
});

test('the status of the queues has the addresses that each process uses without TLS', async () => {
  const described = async () => (await describeQueues(environment.client)).filter(({ pollers }) => pollers > 0);
  await waitFor(
    { what: 'polls of all workers', every: 200, within: 10_000 },
    async () => (await described()).length === 4,
  );
  for (const queue of await described()) assert.deepEqual(queue.insecure, insecure[queue.plane] ?? []);
});
