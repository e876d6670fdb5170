import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { withLock } from '../../stack/state/lock.mjs';
import { buildTool } from '../../stack/toolchain/build-tool.ts';
import { toolFolder } from '../../stack/toolchain/cache-folder.ts';
import { findTool } from '../../stack/toolchain/find-tools.ts';
import { tools, type Tool } from '../../stack/toolchain/table.ts';
import type { Progress } from '../../stack/progress.ts';

const hello = 'package main\n\nfunc main() { println("opa Version: 1.22.0") }\n';

/** A temporary cache, and a small module that Go really compiles in place of one tool. */
async function workshop(t: TestContext, main = hello): Promise<{ tool: Tool; lines: string[]; progress: Progress }> {
  const path = await mkdtemp(join(tmpdir(), 'airlock-tools-'));
  t.after(() => rm(path, { recursive: true }));
  setEnvironment(
    t,
    'GOCACHE',
    process.env['GOCACHE'] || join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'go-build'),
  );
  setEnvironment(t, 'XDG_CACHE_HOME', join(path, 'cache'));
  setEnvironment(t, 'AIRLOCK_TOOLCHAIN', '');
  const module = join(path, 'module');
  await mkdir(module);
  await writeFile(join(module, 'go.mod'), 'module airlock.example/hello\n\ngo 1.26\n');
  await writeFile(join(module, 'main.go'), main);
  const lines: string[] = [];
  const say = (text: string): void => {
    lines.push(text);
  };
  const opa = tools.find((tool) => tool.name === 'opa');
  assert.ok(opa);
  return {
    tool: { ...opa, moduleFolder: module, package: '.' },
    lines,
    progress: { step: say, say, done: () => undefined },
  };
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

test('of two concurrent builds one builds and the other waits', async (t) => {
  const { tool, lines, progress } = await workshop(t);
  const folder = await toolFolder(tool);
  const label = 'building opa (tool 1 of 1)';
  await Promise.all([buildTool(tool, folder, { progress, label }), buildTool(tool, folder, { progress, label })]);
  assert.equal(lines.filter((text) => text === label).length, 1);
  assert.equal(lines.filter((text) => text.startsWith('waiting: process')).length, 1);
  const found = await findTool(tool);
  assert.equal(found.programs.opa, join(folder, 'opa'));
  const { stderr } = await promisify(execFile)(join(folder, 'opa'));
  assert.match(stderr, /1\.22\.0/);
  assert.deepEqual(
    (await readdir(join(folder, '..'))).filter((name) => name.includes('.')),
    [],
    'a lock or temporary folder is left',
  );
});

test('another pin is built into another folder', async (t) => {
  const { tool } = await workshop(t);
  const before = await toolFolder(tool);
  await writeFile(join(tool.moduleFolder, 'go.mod'), 'module airlock.example/hello\n\ngo 1.26.0\n');
  const after = await toolFolder(tool);
  assert.notEqual(before, after);
  assert.notEqual(after, await toolFolder({ ...tool, ldflags: ['-X main.version=2'] }));
  assert.equal(after, await toolFolder({ ...tool }));
});

test('leftovers of an interrupted build and the lock of a dead process are removed', async (t) => {
  const { tool, progress } = await workshop(t);
  const folder = await toolFolder(tool);
  await mkdir(`${folder}.0000.building`, { recursive: true });
  await writeFile(`${folder}.lock`, JSON.stringify({ pid: process.pid, startTime: '1', bootId: 'earlier' }));
  await mkdir(folder);
  await buildTool(tool, folder, { progress, label: 'building' });
  assert.deepEqual(await readdir(join(folder, '..')), [folder.slice(folder.lastIndexOf('/') + 1)]);
  assert.deepEqual(await readdir(folder), ['opa']);
});

test('the error of a module that does not compile has the compiler output, and nothing is installed', async (t) => {
  const { tool, progress } = await workshop(t, 'package main\n\nfunc main() { missing() }\n');
  const folder = await toolFolder(tool);
  await assert.rejects(buildTool(tool, folder, { progress, label: 'building' }), (error: Error) => {
    assert.match(
      error.message,
      /building opa failed, because go ended with exit code 1: fix the error in the log, then try again/,
    );
    assert.match(error.message, /undefined: missing/);
    return true;
  });
  assert.deepEqual((await findTool(tool)).missing, ['opa']);
});

test('a program of the right version in AIRLOCK_TOOLCHAIN or on PATH is used', async (t) => {
  const { tool } = await workshop(t);
  const chosen = join(tool.moduleFolder, '..', 'chosen');
  const onPath = join(tool.moduleFolder, '..', 'path');
  await Promise.all([mkdir(chosen), mkdir(onPath)]);
  await program(join(onPath, 'opa'), 'Version: 1.22.0');
  setEnvironment(t, 'PATH', `.:/nowhere:${onPath}:${process.env['PATH'] ?? ''}`);
  assert.equal((await findTool(tool)).programs.opa, join(onPath, 'opa'));
  await program(join(chosen, 'opa'), 'Version: 1.22.0');
  setEnvironment(t, 'AIRLOCK_TOOLCHAIN', chosen);
  assert.equal((await findTool(tool)).programs.opa, join(chosen, 'opa'));
});

test('a program of another version is ignored and reported', async (t) => {
  const { tool } = await workshop(t);
  const chosen = join(tool.moduleFolder, '..', 'chosen');
  await mkdir(chosen);
  setEnvironment(t, 'AIRLOCK_TOOLCHAIN', chosen);
  setEnvironment(t, 'PATH', '/nowhere');
  for (const says of ['Version: 1.21.0', 'Version: 1.22.01', 'Version: 1.22.0-dev']) {
    await program(join(chosen, 'opa'), says);
    const { missing, ignoredBecause } = await findTool(tool);
    assert.deepEqual(missing, ['opa']);
    assert.deepEqual(ignoredBecause, [
      `${chosen}/opa is ignored: it did not report version 1.22.0 (output or error: ${says})`,
    ]);
  }
});

test('every program of the table has a version probe', () => {
  for (const tool of tools) assert.deepEqual(Object.keys(tool.versionProbes).sort(), [...tool.programs].sort());
});

test('a lock has one holder at a time and is released', async (t) => {
  const { tool } = await workshop(t);
  const file = join(tool.moduleFolder, 'it.lock');
  let holders = 0;
  const work = async (): Promise<void> => {
    holders += 1;
    assert.equal(holders, 1);
    await sleep(20); // a second holder would enter meanwhile
    holders -= 1;
  };
  await Promise.all(Array.from({ length: 5 }, () => withLock(file, () => undefined, work)));
  await assert.rejects(readFile(file), { code: 'ENOENT' });
});

test('the lock of a killed process is taken over', async (t) => {
  const { tool } = await workshop(t);
  const file = join(tool.moduleFolder, 'it.lock');
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
