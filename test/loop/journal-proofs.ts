import assert from 'node:assert/strict';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runCommand, type CommandResult } from '../../demo/command.ts';
import type { BootedStack } from './boot-stack.ts';
import { repairedIncident } from './repaired-incident.ts';

/** What people can verify in the journal without trusting the stack that holds it. */
export function journalProofs(booted: () => BootedStack): void {
  const journal = (...args: string[]): Promise<CommandResult> =>
    runCommand(['journal', ...args], { env: { AIRLOCK_STATE: booted().folder } });

  describe('the journal CLI on the real stack', () => {
    test('proves every record of a repaired incident with the key that Vault set-up wrote', async () => {
      const id = await repairedIncident(booted());
      const records = await booted().client.api.journal(id);
      const { code, text } = await journal('prove', id);
      assert.equal(code, 0, text);
      assert.equal(text.match(/^proved /gm)?.length, records.length);
      assert.match(
        text,
        /the journal airlock\.dev\/journal contains \d+ records of inc-[0-9a-f]{16}; its checkpoint covers \d+ records/,
      );
    });

    test('exports the journal, verifies the export without the stack, and detects tampering', async () => {
      const folder = join(booted().folder, 'export');
      const key = booted().client.stack.checkpointKeyFile;
      const exported = await journal('export', folder);
      assert.equal(exported.code, 0, exported.text);
      const { code, text } = await journal('verify', folder, '--key', key);
      assert.equal(code, 0, text);
      await cp(folder, `${folder}-2`, { recursive: true });
      const bundle = firstBundle(folder, text).replace(folder, `${folder}-2`);
      const bytes = await readFile(bundle);
      await writeFile(bundle, bytes.with(40, (bytes[40] ?? 0) ^ 1));
      const tampered = await journal('verify', `${folder}-2`, '--key', key);
      assert.deepEqual(
        [tampered.code, /the hash of record 1 is not the hash in tile\/0\/000/.test(tampered.text)],
        [1, true],
      );
      for (const each of [folder, `${folder}-2`]) await rm(each, { recursive: true });
    });
  });
}

/** File of the first entry bundle: the full one of 256 records, or the partial one of a shorter journal. */
function firstBundle(folder: string, output: string): string {
  const size = Number(/: (\d+) records verified/.exec(output)?.[1]);
  return join(folder, size < 256 ? `tile/entries/000.p/${String(size)}` : 'tile/entries/000');
}
