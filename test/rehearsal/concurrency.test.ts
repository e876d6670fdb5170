import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { omitUndefined } from '../../src/lib/omit-undefined.ts';
import { createProcessSandbox } from '../../sandbox/launchers/process.ts';
import type { Bundle } from '../../src/domain/rehearsal/snapshot.ts';

/** The highest number of runners at the same time. A script that logs its start and end takes the place of the runner. */
async function highestConcurrency(concurrency: number | undefined): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'airlock-concurrency-test-'));
  try {
    const [log, node] = [join(folder, 'log'), join(folder, 'node')];
    await writeFile(node, `#!/bin/sh\necho 1 >>${log}\n/bin/sleep 0.5\necho -1 >>${log}\necho '{}'\n`, { mode: 0o755 });
    const sandbox = createProcessSandbox({
      programs: {},
      node,
      deadlineSeconds: 30,
      hide: [],
      ...omitUndefined<{ concurrency?: number }>({ concurrency }),
    });
    await Promise.all(Array.from({ length: 4 }, () => sandbox.rehearse({} as Bundle)));
    const steps = (await readFile(log, 'utf8')).trim().split('\n').map(Number);
    assert.equal(steps.length, 8);
    let running = 0;
    return Math.max(...steps.map((step) => (running += step)));
  } finally {
    await rm(folder, { recursive: true });
  }
}

void test('runs two rehearsals at the same time, and the others wait', async () => {
  assert.equal(await highestConcurrency(undefined), 2);
});

void test('runs as many as configured at the same time', async () => {
  assert.equal(await highestConcurrency(1), 1);
});
