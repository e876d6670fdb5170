import assert from 'node:assert/strict';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { command, type Ended } from '../../demo/command.ts';
import type { BootedStack } from './boot-stack.ts';

/** What people can check of the journal without believing the stack that holds it. */
export function journalProofs(booted: () => BootedStack): void {
  const journal = (...args: string[]): Promise<Ended> =>
    command(['journal', ...args], { env: { AIRLOCK_STATE: booted().folder } });

  describe('the journal of the real stack, on the command line', () => {
    test('OK: every record of a repaired incident is proved with the key that the set-up wrote down', async () => {
      const { stage } = booted();
      const repaired = (await stage.api.incidents()).find(({ outcome }) => outcome?.outcome === 'repaired');
      const records = await stage.api.journal(repaired?.id ?? '');
      const { code, text } = await journal('prove', repaired?.id ?? '');
      assert.equal(code, 0, text);
      assert.equal(text.match(/^proved /gm)?.length, records.length);
      assert.match(text, /records stand in airlock\.dev\/journal: checkpoint of \d+ records/);
    });

    test('OK: the whole of it is exported, verified without the stack, and tampering is found', async () => {
      const folder = join(booted().folder, 'export');
      const key = booted().stage.stack.checkpointKeyFile;
      const exported = await journal('export', folder);
      assert.equal(exported.code, 0, exported.text);
      const { code, text } = await journal('verify', folder, '--key', key);
      assert.equal(code, 0, text);
      await cp(folder, `${folder}-2`, { recursive: true });
      const bundle = firstBundle(folder, text).replace(folder, `${folder}-2`);
      const bytes = await readFile(bundle);
      await writeFile(bundle, bytes.with(40, (bytes[40] ?? 0) ^ 1));
      const tampered = await journal('verify', `${folder}-2`, '--key', key);
      assert.deepEqual([tampered.code, /record 1 is not the one that was hashed/.test(tampered.text)], [1, true]);
      for (const each of [folder, `${folder}-2`]) await rm(each, { recursive: true });
    });
  });
}

/** The bundle of the first records: whole, or as wide as the journal is long. */
function firstBundle(folder: string, said: string): string {
  const size = Number(/: (\d+) records verified/.exec(said)?.[1]);
  return join(folder, size < 256 ? `tile/entries/000.p/${String(size)}` : 'tile/entries/000');
}
