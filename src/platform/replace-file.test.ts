import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { replaceFile } from './replace-file.ts';

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'airlock-replace-'));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

test('creates and replaces a file with its mode', async (t) => {
  const path = await folder(t);
  const file = join(path, 'file');
  for (const text of ['one', 'two']) {
    await replaceFile(file, text, 0o600);
    assert.equal(await readFile(file, 'utf8'), text);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
  }
  assert.deepEqual(await readdir(path), ['file']);
});

test('leaves no draft when it cannot replace', async (t) => {
  const path = await folder(t);
  await mkdir(join(path, 'taken'));
  await assert.rejects(replaceFile(join(path, 'taken'), 'text', 0o600), { code: 'EISDIR' });
  assert.deepEqual(await readdir(path), ['taken']);
});
