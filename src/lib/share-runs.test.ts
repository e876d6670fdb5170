import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shareRuns } from './share-runs.ts';

/** A function whose runs a test ends one by one. */
function gated() {
  const runs: PromiseWithResolvers<number>[] = [];
  const call = shareRuns(() => {
    const run = Promise.withResolvers<number>();
    runs.push(run);
    return run.promise;
  });
  return { runs, call };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('shareRuns', () => {
  it('lets the calls that arrive during a run share one further run', async () => {
    const { runs, call } = gated();
    const first = call();
    await settle();
    const later = [call(), call()];
    await settle();
    assert.equal(runs.length, 1, 'the further run waits');
    runs[0]?.resolve(1);
    await settle();
    assert.equal(runs.length, 2);
    runs[1]?.resolve(2);
    assert.deepEqual(await Promise.all([first, ...later]), [1, 2, 2]);
  });

  it('runs again after a run that failed', async () => {
    const { runs, call } = gated();
    const first = call();
    await settle();
    const second = call();
    runs[0]?.reject(new Error('no'));
    await assert.rejects(first, /no/);
    await settle();
    runs[1]?.resolve(2);
    assert.equal(await second, 2);
  });
});
