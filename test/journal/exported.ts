import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { ApiClient } from '../../src/cli/api/api-client.ts';
import { runCommand } from '../../demo/command.ts';
import { exportJournal, verifyJournal } from '../../src/cli/journal/export-journal.ts';
import { checkpointText } from '../../src/tlog/checkpoint.ts';
import { verifierKey } from '../../src/tlog/note.ts';
import type { JournalEnvironment } from './environment.ts';
import { newJournalKey } from './key.ts';
import { olderCheckpoint, sizeOf, type Scene } from './scene.ts';

/** The journal as files, and the verification of files that were tampered with. */
export function exported(scene: () => Scene): void {
  const environment = (): JournalEnvironment => scene().environment;
  const api = (): ApiClient => scene().api;
  describe('an export, verified on the command line without a server', () => {
    let folder: string;
    let keyFile: string;
    let size: number;
    before(async () => {
      folder = join(await mkdtemp(join(tmpdir(), 'airlock-export-')), 'export');
      keyFile = join(folder, '../journal.vkey');
      size = await sizeOf(environment().database);
      await scene().gateway();
      await exportJournal({ api: api(), keys: [environment().key], write: () => undefined }, folder);
      await writeFile(keyFile, `${verifierKey(environment().key)}\n`);
    });
    after(() => rm(join(folder, '..'), { recursive: true }));

    const verify = async (...args: string[]): Promise<{ code: number; said: string }> => {
      const env = { AIRLOCK_STATE: join(folder, '../nowhere'), AIRLOCK_API: 'http://127.0.0.1:1' };
      const { code, text: said } = await runCommand(['journal', 'verify', ...args], { env });
      return { code, said };
    };

    test('verifies with the key as file and as text, and against an older checkpoint', async () => {
      const since = join(folder, '../since');
      await writeFile(since, await olderCheckpoint(environment().database, 5));
      const by = [keyFile, '--since', since];
      const { code, said } = await verify(folder, '--key', ...by);
      assert.deepEqual(
        [code, said.replace(/root .*/, 'root')],
        [0, `airlock.dev/journal: ${String(size)} records verified, root\n`],
      );
      assert.equal((await verify(folder, '--key', verifierKey(environment().key))).code, 0);
    });

    test('refuses an older checkpoint that the export does not continue, and a file that is no checkpoint', async () => {
      const since = join(folder, '../unrelated');
      const { signer } = environment().depsOf();
      const tries: [string, RegExp][] = [
        // A thief of the key can sign another history.
        [await signer.sign(checkpointText({ size: 5, root: new Uint8Array(32) })), /first 5 records/],
        [await signer.sign(checkpointText({ size: 999, root: new Uint8Array(32) })), /999 records/],
        ['not a checkpoint\n', /signed note/],
        ['', /signed note/],
      ];
      for (const [text, why] of tries) {
        await writeFile(since, text);
        const { code, said } = await verify(folder, '--key', keyFile, '--since', since);
        assert.equal(code, 1, said);
        assert.match(said, why);
      }
    });

    test('tampered files: exit code 1 and what is wrong; wrong input: exit code 2', async () => {
      const copy = join(folder, '../copy');
      const bundle = join(copy, 'tile/entries/000');
      const bytes = await readFile(join(folder, 'tile/entries/000'));
      const at = bytes.indexOf('a plan');
      await cp(folder, copy, { recursive: true });
      await writeFile(bundle, bytes.fill('n', at, at + 1));
      assert.deepEqual(await verify(copy, '--key', keyFile), {
        code: 1,
        said:
          'airlock: the export is not valid: the hash of record 1 is not the hash in tile/0/000. ' +
          'Export the journal again. If the new export is not valid either, tell the operator of the server\n',
      });
      await rm(bundle);
      assert.match((await verify(copy, '--key', keyFile)).said, /tile\/entries\/000 is missing/);
      const thief = verifierKey(newJournalKey().key);
      const tries = [verify(folder, '--key', thief), verify(folder, '--key', 'nowhere')];
      const [stolen, keyless, empty] = await Promise.all([...tries, verify(join(folder, '../none'), '--key', keyFile)]);
      assert.deepEqual([stolen?.code, keyless?.code, empty?.code], [1, 2, 2]);
      assert.match(stolen?.said ?? '', /the note has no signature of/);
    });

    test('is not written to a folder that is not empty', async () => {
      const deps = { api: api(), keys: [environment().key], write: () => undefined };
      await assert.rejects(exportJournal(deps, folder), { code: 'bad-input' });
    });

    test('is not written when the server returns other records', async () => {
      const other = join(folder, '../other');
      const entries: ApiClient['entries'] = async (index, size) => {
        const bytes = Buffer.from(await api().entries(index, size));
        return bytes.fill('n', bytes.indexOf('a plan'), bytes.indexOf('a plan') + 1);
      };
      const deps = { api: { ...api(), entries }, keys: [environment().key], write: () => undefined };
      await assert.rejects(exportJournal(deps, other), {
        message: /the root of the export's [0-9]+ records is not the root in the signed checkpoint/,
      });
      await assert.rejects(verifyJournal({ keys: [environment().key], write: () => undefined }, other), {
        code: 'bad-input',
      });
    });
  });
}
