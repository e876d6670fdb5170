import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { poll } from '../demo/stack-client.ts';
import { isRunning } from '../stack/process/process.ts';
import type { ProcessRecord } from '../stack/state/state.ts';

test('a demo that is interrupted while its stack starts leaves no process and no folder', async () => {
  const root = await mkdtemp(join(tmpdir(), 'airlock-interrupted-'));
  await chmod(root, 0o711); // PostgreSQL runs as another user and must enter the folder
  try {
    const env = { ...process.env, AIRLOCK_STATE: join(root, 'default') };
    const demo = spawn(process.execPath, ['src/main.ts', 'demo'], { env, stdio: 'ignore' });
    const ended = once(demo, 'exit');
    const records = await poll('three processes of the demo', () => recordsBelow(root), 60_000);
    demo.kill('SIGTERM');
    const [code] = (await ended) as [number | null];
    assert.equal(code, 1);
    assert.deepEqual(
      records.map(isRunning),
      records.map(() => false),
    );
    assert.deepEqual(await readdir(root), []);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});

async function recordsBelow(root: string): Promise<ProcessRecord[] | undefined> {
  const names = (await readdir(root)).filter((name) => name.startsWith('demo-'));
  const folder = join(root, names[0] ?? 'none', 'processes');
  const files = await readdir(folder).catch(() => []);
  if (files.length < 3) return undefined;
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8').catch(() => '')));
  return texts.filter(Boolean).map((text) => JSON.parse(text) as ProcessRecord);
}
