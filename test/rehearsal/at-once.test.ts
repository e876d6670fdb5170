import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProcessSandbox } from '../../sandbox/launchers/process.ts';
import type { Bundle } from '../../src/domain/rehearsal/snapshot.ts';

/** How many programs in the runner's place, each of which notes its start and end, ran at most at the same time. */
async function mostAtOnce(atOnce: number | undefined): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'airlock-at-once-test-'));
  try {
    const [log, node] = [join(folder, 'log'), join(folder, 'node')];
    await writeFile(node, `#!/bin/sh\necho 1 >>${log}\n/bin/sleep 0.5\necho -1 >>${log}\necho '{}'\n`, { mode: 0o755 });
    const limit = atOnce === undefined ? {} : { atOnce };
    const sandbox = createProcessSandbox({ programs: {}, node, deadlineSeconds: 30, hide: [], ...limit });
    await Promise.all(Array.from({ length: 4 }, () => sandbox.rehearse({} as Bundle)));
    const steps = (await readFile(log, 'utf8')).trim().split('\n').map(Number);
    assert.equal(steps.length, 8);
    let running = 0;
    return Math.max(...steps.map((step) => (running += step)));
  } finally {
    await rm(folder, { recursive: true });
  }
}

void test('OK: two rehearsals at once, the others wait for their turn', async () => {
  assert.equal(await mostAtOnce(undefined), 2);
});

void test('OK: as many at once as wanted', async () => {
  assert.equal(await mostAtOnce(1), 1);
});
