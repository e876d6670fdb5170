import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { withLock } from '../../stack/state/lock.mjs';
import { buildPart } from '../../stack/toolchain/build-tool.ts';
import { partFolder } from '../../stack/toolchain/cache-folder.ts';
import { findPart } from '../../stack/toolchain/find-tools.ts';
import { parts, type Part } from '../../stack/toolchain/table.ts';
import type { Progress } from '../../stack/progress.ts';

const hello = 'package main\n\nfunc main() { println("opa Version: 1.22.0") }\n';

/** A cache and a module of their own, with a stand-in for one small part that Go really compiles. */
async function workshop(t: TestContext, main = hello): Promise<{ part: Part; said: string[]; progress: Progress }> {
  const path = await mkdtemp(join(tmpdir(), 'airlock-parts-'));
  t.after(() => rm(path, { recursive: true }));
  setEnvironment(
    t,
    'GOCACHE',
    process.env['GOCACHE'] || join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'go-build'),
  );
  setEnvironment(t, 'XDG_CACHE_HOME', join(path, 'cache'));
  setEnvironment(t, 'AIRLOCK_PARTS', '');
  const module = join(path, 'module');
  await mkdir(module);
  await writeFile(join(module, 'go.mod'), 'module airlock.example/hello\n\ngo 1.26\n');
  await writeFile(join(module, 'main.go'), main);
  const said: string[] = [];
  const say = (text: string): void => {
    said.push(text);
  };
  const opa = parts.find((part) => part.name === 'opa');
  assert.ok(opa);
  return { part: { ...opa, module, package: '.' }, said, progress: { step: say, say, done: () => undefined } };
}

function setEnvironment(t: TestContext, name: string, value: string): void {
  const before = process.env[name];
  process.env[name] = value;
  t.after(() => {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  });
}

async function program(path: string, says: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\necho "${says}"\n`);
  await chmod(path, 0o755);
}

test('OK: of two set-ups at once one builds and the other waits', async (t) => {
  const { part, said, progress } = await workshop(t);
  const folder = await partFolder(part);
  const label = 'building opa (part 1 of 1)';
  await Promise.all([buildPart(part, folder, { progress, label }), buildPart(part, folder, { progress, label })]);
  assert.equal(said.filter((text) => text === label).length, 1);
  assert.equal(said.filter((text) => text.startsWith('waiting: process')).length, 1);
  const found = await findPart(part);
  assert.equal(found.programs.opa, join(folder, 'opa'));
  const { stderr } = await promisify(execFile)(join(folder, 'opa'));
  assert.match(stderr, /1\.22\.0/);
  assert.deepEqual(
    (await readdir(join(folder, '..'))).filter((name) => name.includes('.')),
    [],
    'neither lock nor draft stays',
  );
});

test('OK: another pin is built into another folder', async (t) => {
  const { part } = await workshop(t);
  const before = await partFolder(part);
  await writeFile(join(part.module, 'go.mod'), 'module airlock.example/hello\n\ngo 1.26.0\n');
  const after = await partFolder(part);
  assert.notEqual(before, after);
  assert.notEqual(after, await partFolder({ ...part, ldflags: ['-X main.version=2'] }));
  assert.equal(after, await partFolder({ ...part }));
});

test('OK: what an interrupted build and a dead process left is cleared away', async (t) => {
  const { part, progress } = await workshop(t);
  const folder = await partFolder(part);
  await mkdir(`${folder}.0000.building`, { recursive: true });
  await writeFile(`${folder}.lock`, JSON.stringify({ pid: process.pid, startTime: '1', bootId: 'earlier' }));
  await mkdir(folder);
  await buildPart(part, folder, { progress, label: 'building' });
  assert.deepEqual(await readdir(join(folder, '..')), [folder.slice(folder.lastIndexOf('/') + 1)]);
  assert.deepEqual(await readdir(folder), ['opa']);
});

test('a module that does not compile: the error has the compiler and its log, nothing is left to be used', async (t) => {
  const { part, progress } = await workshop(t, 'package main\n\nfunc main() { missing() }\n');
  const folder = await partFolder(part);
  await assert.rejects(buildPart(part, folder, { progress, label: 'building' }), (error: Error) => {
    assert.match(error.message, /building opa failed, go ended with exit code 1: run this again after mending/);
    assert.match(error.message, /undefined: missing/);
    return true;
  });
  assert.deepEqual((await findPart(part)).missing, ['opa']);
});

test('OK: a program of the right version in AIRLOCK_PARTS or on PATH is used', async (t) => {
  const { part } = await workshop(t);
  const chosen = join(part.module, '..', 'chosen');
  const onPath = join(part.module, '..', 'path');
  await Promise.all([mkdir(chosen), mkdir(onPath)]);
  await program(join(onPath, 'opa'), 'Version: 1.22.0');
  setEnvironment(t, 'PATH', `.:/nowhere:${onPath}:${process.env['PATH'] ?? ''}`);
  assert.equal((await findPart(part)).programs.opa, join(onPath, 'opa'));
  await program(join(chosen, 'opa'), 'Version: 1.22.0');
  setEnvironment(t, 'AIRLOCK_PARTS', chosen);
  assert.equal((await findPart(part)).programs.opa, join(chosen, 'opa'));
});

test('a program of another version is passed over, and that is told', async (t) => {
  const { part } = await workshop(t);
  const chosen = join(part.module, '..', 'chosen');
  await mkdir(chosen);
  setEnvironment(t, 'AIRLOCK_PARTS', chosen);
  setEnvironment(t, 'PATH', '/nowhere');
  for (const says of ['Version: 1.21.0', 'Version: 1.22.01', 'Version: 1.22.0-dev']) {
    await program(join(chosen, 'opa'), says);
    const { missing, passedOver } = await findPart(part);
    assert.deepEqual(missing, ['opa']);
    assert.deepEqual(passedOver, [`${chosen}/opa is not used: it is not version 1.22.0 (it says: ${says})`]);
  }
});

test('every program of the table has a version to be asked for', () => {
  for (const part of parts) assert.deepEqual(Object.keys(part.versions).sort(), [...part.programs].sort());
});

test('OK: a lock is held by one process at a time, and let go', async (t) => {
  const { part } = await workshop(t);
  const file = join(part.module, 'it.lock');
  let holders = 0;
  const work = async (): Promise<void> => {
    holders += 1;
    assert.equal(holders, 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    holders -= 1;
  };
  await Promise.all(Array.from({ length: 5 }, () => withLock(file, () => undefined, work)));
  await assert.rejects(readFile(file), { code: 'ENOENT' });
});

test('a lock of a process that was killed is taken over', async (t) => {
  const { part } = await workshop(t);
  const file = join(part.module, 'it.lock');
  const lock = new URL('../../stack/state/lock.mjs', import.meta.url).href;
  const script = `import { withLock } from '${lock}'; setInterval(() => {}, 1000);
    await withLock('${file}', () => {}, async () => { console.log('held'); await new Promise(() => {}); });`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => holder.kill('SIGKILL'));
  await new Promise((resolve) => holder.stdout.once('data', resolve));
  const waitedFor: number[] = [];
  const taken = withLock(
    file,
    (pid) => {
      waitedFor.push(pid);
      holder.kill('SIGKILL');
    },
    () => Promise.resolve('mine'),
  );
  assert.equal(await taken, 'mine');
  assert.deepEqual(waitedFor, [holder.pid]);
});
