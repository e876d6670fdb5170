import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { access, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { TestSelection } from '../run.ts';
import { expandGroups, groups } from './groups.ts';
import { runTestFile } from './test-file.ts';

const header = `import { test, describe } from 'node:test';\nimport assert from 'node:assert/strict';\n`;

describe('the test runner', () => {
  let checkout: string;
  beforeEach(async () => {
    checkout = await mkdtemp(join(tmpdir(), 'airlock-runner-'));
  });
  afterEach(() => rm(checkout, { recursive: true }));

  /** Runs one file with these tests. */
  async function outcomeOf(tests: string, deadlineSeconds = 20, graceSeconds = 3) {
    await writeFile(join(checkout, 'some.test.mjs'), header + tests);
    const { stop, path } = { stop: new AbortController().signal, path: 'some.test.mjs' };
    const { seconds: _, ...outcome } = await runTestFile({ checkout, path, deadlineSeconds, graceSeconds, stop });
    return { ...outcome, printed: outcome.problems.join('\n') };
  }

  test('counts tests, not suites, and gives the reason of each skip', async () => {
    const outcome = await outcomeOf(`
      describe('suite', () => { test('a', () => {}); test('b', { skip: 'needs a moon' }, () => {}); });
      test('parent', async (t) => { await t.test('child', () => {}); });`);
    const skipped = ['some.test.mjs > suite > b: needs a moon'];
    assert.deepEqual(outcome, { name: 'some.test.mjs', passed: 3, failed: 0, skipped, problems: [], printed: '' });
  });
  test('shows the name, the difference, the location and the output of a failed test', async () => {
    const outcome = await outcomeOf(`
      test('good', () => {});
      describe('outer', () => { test('bad', () => { console.log('a clue'); assert.deepEqual({ a: 1 }, { a: 2 }); }); });`);
    assert.deepEqual([outcome.passed, outcome.failed], [1, 1]);
    for (const part of [/outer > bad/, /\+ {3}a: 1/, /some\.test\.mjs:\d+/, /a clue/])
      assert.match(outcome.printed, part);
  });
  test('reports a failed subtest once, not again for its parent', async () => {
    const outcome = await outcomeOf(`test('p', async (t) => { await t.test('c', () => assert.fail('no')); });`);
    assert.deepEqual([outcome.passed, outcome.failed], [0, 1]);
  });
  test('fails for a skip or todo without a reason', async () => {
    const outcome = await outcomeOf(`test('a', { skip: true }, () => {}); test('b', { todo: true }, () => {});`);
    assert.deepEqual([outcome.failed, outcome.skipped.length], [2, 0]);
    assert.match(outcome.printed, /without a reason/);
  });
  test('fails for a file without a test', async () => {
    assert.match((await outcomeOf('')).printed, /contains no test/);
  });
  test('fails for a file that cannot be loaded', async () => {
    const outcome = await outcomeOf(`import 'nowhere';`);
    assert.equal(outcome.failed, 1);
    assert.match(outcome.printed, /ended with an error outside its tests[^]*nowhere/);
  });
  test('fails for a file that exits with an error after its tests', async () => {
    const outcome = await outcomeOf(`test('a', () => {}); process.on('exit', () => process.exit(3));`);
    assert.equal(outcome.failed, 1);
  });
  test('kills a file that does not end by its deadline', async () => {
    const outcome = await outcomeOf(`test('a', () => {}); setInterval(() => {}, 1000);`, 1.5);
    assert.equal(outcome.failed, 1);
    assert.match(outcome.printed, /still ran after 1.5 s and was killed/);
  });

  const leftovers: [string, string][] = [
    ['a child', `spawn('sleep', ['61'], { stdio: 'ignore', detached: true }).unref();`],
    [
      'a daemon that changes its parent at once',
      `spawn('sh', ['-c', 'sleep 61 </dev/null >/dev/null 2>&1 &'], { stdio: 'ignore', detached: true }).unref();`,
    ],
    [
      'a child with a new environment',
      `spawn('sleep', ['61'], { stdio: 'ignore', detached: true, env: {} }).unref(); await new Promise((r) => setTimeout(r, 600));`,
    ],
  ];
  for (const [name, code] of leftovers) {
    test(`fails for a file that leaves ${name} behind, and kills it`, async () => {
      const tests = `import { spawn } from 'node:child_process'; ${code} test('a', () => {});`;
      const outcome = await outcomeOf(tests, 20, 0.2);
      assert.equal(outcome.failed, 1);
      const [, pid] = /left processes behind[^]*?(\d+): sleep 61/.exec(outcome.printed) ?? [];
      assert.ok(pid, outcome.printed);
      assert.match(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => 'gone'), /^gone$|\) Z /);
    });
  }
  test('accepts a child that ends soon after the file', async () => {
    const outcome = await outcomeOf(
      `import { spawn } from 'node:child_process'; spawn('sleep', ['1'], { stdio: 'ignore' }).unref(); test('a', () => {});`,
    );
    assert.deepEqual([outcome.passed, outcome.failed], [1, 0]);
  });

  /** Runs the main routine of \`npm test\` in the temporary checkout. */
  function run(...filter: string[]): ReturnType<typeof runWith> {
    return runWith('runTests', { filter });
  }

  async function runWith(
    entry: 'runTests' | 'runUnitTests',
    selection: TestSelection,
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    const runner = pathToFileURL(join(import.meta.dirname, '../run.ts')).href;
    const code = `import { ${entry} } from '${runner}'; await ${entry}('${checkout}', ${JSON.stringify(selection)});`;
    return new Promise((resolve) => {
      execFile(process.execPath, ['--input-type=module', '-e', code], (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      });
    });
  }

  test('runs the files that match the filter, in both groups, and ends with the total', async () => {
    for (const path of ['src/deep/a.test.mjs', 'test/b.test.mjs', 'test/c.test.mjs']) {
      await mkdir(dirname(join(checkout, path)), { recursive: true });
      await writeFile(join(checkout, path), `${header}test('x', () => {}); test('y', { skip: 'why not' }, () => {});`);
    }
    const { code, stdout, stderr } = await run('a.test', 'b.test');
    assert.equal(code, 0);
    const skips = ['src/deep/a.test.mjs', 'test/b.test.mjs'].map((path) => `skipped: ${path} > y: why not\n`);
    assert.equal(stdout, `${skips.join('')}2 passed, 0 failed, 2 skipped\n`);
    assert.match(stderr, /s {2}src\/deep\/a.test.mjs: 1 passed, 1 skipped\n.*test\/b.test.mjs/);
  });
  test('exits with 1 after a failure, which is printed above the last line', async () => {
    await mkdir(join(checkout, 'src'), { recursive: true });
    await writeFile(join(checkout, 'src/bad.test.mjs'), `${header}test('x', () => assert.fail('broken'));`);
    const { code, stdout } = await run('bad.test');
    assert.equal(code, 1);
    assert.match(stdout, /^✗ src\/bad.test.mjs > x\n[^]*broken[^]*\n0 passed, 1 failed, 0 skipped\n$/m);
  });
  test('runs unit tests together in one process, and no test of test/', async () => {
    await mkdir(join(checkout, 'src'), { recursive: true });
    await mkdir(join(checkout, 'test'), { recursive: true });
    for (const path of ['src/one.test.mjs', 'src/two.test.mjs', 'test/one.test.mjs']) {
      await writeFile(join(checkout, path), `${header}test('pid', () => console.log(process.pid));`);
    }
    const { code, stdout } = await runWith('runUnitTests', { filter: ['one.test', 'two.test'] });
    assert.deepEqual([code, stdout], [0, '2 passed, 0 failed, 0 skipped\n']);
  });
  test('runs the tests of a file in an order that the seed determines', async () => {
    await mkdir(join(checkout, 'test'), { recursive: true });
    const orders = await Promise.all(
      [1, 1, 2].map(async (seed, index) => {
        const log = join(checkout, `order-${String(index)}`);
        const tests = [1, 2, 3, 4, 5, 6].map(
          (n) => `test('t${String(n)}', () => appendFileSync('${log}', '${String(n)}'));`,
        );
        const path = `test/order-${String(index)}.test.mjs`;
        await writeFile(join(checkout, path), `${header}import { appendFileSync } from 'node:fs';${tests.join('')}`);
        const { code } = await runWith('runTests', { filter: [path], seed });
        assert.equal(code, 0);
        return readFile(log, 'utf8');
      }),
    );
    assert.equal(orders[0], orders[1]);
    assert.notEqual(orders[0], orders[2]);
    assert.notEqual(orders[0], '123456');
  });
  test('exits with 1 if no test ran', async () => {
    const { code, stdout } = await run('nothing-like-this');
    assert.equal(code, 1);
    assert.match(stdout, /no stage and no test file matches[^]*\n0 passed, 1 failed, 0 skipped\n$/);
  });
  test('exits with 1 if a stage cannot start', async () => {
    await cp(join(import.meta.dirname, '../../.prettierrc.json'), join(checkout, '.prettierrc.json'));
    const { code, stdout } = await run('format');
    assert.equal(code, 1);
    assert.match(stdout, /✗ format:[^]*prettier/);
  });
});

test('a word of a group stands for its files, and each of them exists', async () => {
  const repository = new URL('../../', import.meta.url);
  for (const path of Object.values(groups).flat()) await access(new URL(path, repository));
  assert.deepEqual(expandGroups(['security', 'lint']), [...(groups['security'] ?? []), 'lint']);
});
