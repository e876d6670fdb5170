import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { dossierSchema } from '../src/domain/approval/dossier.ts';

// The committed output of `npx airlock tour` must verify without any server.

const committed = fileURLToPath(new URL('../docs/tour', import.meta.url));
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airlock-tour-'));
  await cp(committed, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

/** @returns standard output. @throws where the exit code is not 0. */
async function airlock(...args: string[]): Promise<string> {
  const run = promisify(execFile)(process.execPath, [main, ...args], { cwd: folder, env: {}, timeout: 60_000 });
  return (await run).stdout;
}

describe('the tour', () => {
  it('has a journal that verifies with the key beside it, with the output that its page shows', async () => {
    const verified = await airlock('journal', 'verify', 'journal', '--key', 'checkpoint.key');
    const page = await readFile(join(folder, 'README.md'), 'utf8');
    assert.ok(page.includes(verified.trim()));
  });

  it('has a dossier with the digest that was approved', async () => {
    const bytes = await readFile(join(folder, 'dossier.json'));
    const digest = createHash('sha256').update(bytes).digest('hex');
    const page = await readFile(join(folder, 'README.md'), 'utf8');
    assert.ok(page.includes(digest));
    assert.ok(page.includes(dossierSchema.parse(JSON.parse(bytes.toString())).incident));
  });

  it('does not verify after one byte of its journal has changed', async () => {
    const tiles = await readdir(join(folder, 'journal'), { recursive: true, withFileTypes: true });
    const entries = tiles.find((file) => file.isFile() && file.parentPath.includes('entries')) ?? assert.fail();
    const path = join(entries.parentPath, entries.name);
    const bytes = await readFile(path);
    const at = Math.floor(bytes.length / 2);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    await writeFile(path, bytes);
    await assert.rejects(airlock('journal', 'verify', 'journal', '--key', 'checkpoint.key'));
  });
});
