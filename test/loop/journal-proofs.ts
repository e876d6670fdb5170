import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { BootedStack } from './boot-stack.ts';

/** What people can check of the journal without believing the stack that holds it. */
export function journalProofs(booted: () => BootedStack): void {
  const journal = (...args: string[]): Promise<{ code: number; said: string }> =>
    new Promise((resolve) => {
      const env = { AIRLOCK_STATE: booted().folder };
      execFile(process.execPath, ['src/main.ts', 'journal', ...args], { env }, (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, said: stdout + stderr });
      });
    });

  describe('the journal of the real stack, on the command line', () => {
    test('OK: every record of a repaired incident is proved with the key that the set-up wrote down', async () => {
      const { stage } = booted();
      const repaired = (await stage.api.incidents()).find(({ outcome }) => outcome?.outcome === 'repaired');
      const records = await stage.api.journal(repaired?.id ?? '');
      const { code, said } = await journal('prove', repaired?.id ?? '');
      assert.equal(code, 0, said);
      assert.equal(said.match(/^proved /gm)?.length, records.length);
      assert.match(said, /records stand in airlock\.dev\/journal: checkpoint of \d+ records/);
    });

    test('OK: the whole of it is exported, verified without the stack, and tampering is found', async () => {
      const folder = join(booted().folder, 'export');
      const key = booted().stage.stack.checkpointKeyFile;
      const exported = await journal('export', folder);
      assert.equal(exported.code, 0, exported.said);
      const { code, said } = await journal('verify', folder, '--key', key);
      assert.equal(code, 0, said);
      await cp(folder, `${folder}-2`, { recursive: true });
      const bundle = firstBundle(folder, said).replace(folder, `${folder}-2`);
      const bytes = await readFile(bundle);
      await writeFile(bundle, bytes.with(40, (bytes[40] ?? 0) ^ 1));
      const tampered = await journal('verify', `${folder}-2`, '--key', key);
      assert.deepEqual([tampered.code, /record 1 is not the one that was hashed/.test(tampered.said)], [1, true]);
      for (const each of [folder, `${folder}-2`]) await rm(each, { recursive: true });
    });
  });
}

/** The bundle of the first records: whole, or as wide as the journal is long. */
function firstBundle(folder: string, said: string): string {
  const size = Number(/: (\d+) records verified/.exec(said)?.[1]);
  return join(folder, size < 256 ? `tile/entries/000.p/${String(size)}` : 'tile/entries/000');
}
