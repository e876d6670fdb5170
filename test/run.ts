import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expandGroups } from './runner/groups.ts';
import { lastLine, type Outcome, total } from './runner/outcome.ts';
import { stages, type StageContext } from './runner/stages.ts';
import { runTestFile, runTestFiles } from './runner/test-file.ts';

/** Folders whose tests are beside the code and start no server. */
const codeFolders = ['bin', 'src', 'workflows', 'clusters', 'sandbox', 'stack', 'demo', 'tools'];
const deadlines = { unitTests: 120, unitFile: 90, serverFile: 420, crashFile: 2400 };

/** Which tests run, and in which order those of a file do. */
export interface TestSelection {
  /** Only stages and files whose name contains one of these words, or that a word stands for (groups.ts); all when empty. */
  filter: readonly string[];
  /** Seed of a random order; without it the tests of a file run in the order in which they are written. */
  seed?: number;
}

/**
 * Runs `npm test`: the stages, the tests beside the code, then test/**, whose files start their own real servers. Two files
 * run at a time, because they mostly wait. Progress goes to standard error. Failures and skips go to
 * standard output, whose last line is `N passed, N failed, N skipped`. Sets exit code 1 on any failure, and if no
 * test ran.
 */
export async function runTests(checkout: string, selection: TestSelection): Promise<void> {
  const isSelected = selectedBy(selection);
  await reportRun({ checkout, ...selection }, async (run) => {
    for (const stage of stages.filter(({ name }) => isSelected(name))) {
      if (!run.stop.aborted) run.report(await stage.run(run).catch((error: unknown) => broken(stage.name, error)));
    }
    await runFiles(run, (await unitTestFiles(checkout)).filter(isSelected), deadlines.unitFile);
    await runFiles(run, (await testFiles(checkout, 'test')).filter(isSelected), deadlines.serverFile);
  });
}

/** Runs `npm run test:unit`: the tests beside the code, all in one process. */
export async function runUnitTests(checkout: string, selection: TestSelection): Promise<void> {
  await reportRun({ checkout, ...selection }, async (run) => {
    const paths = (await unitTestFiles(checkout)).filter(selectedBy(selection));
    if (paths.length === 0) return;
    run.report(await runTestFiles({ ...run, name: 'unit tests', paths, deadlineSeconds: deadlines.unitTests }));
  });
}

/** Runs `npm run test:crash`: every kill point; `npm test` runs a sample of them. It takes a quarter of an hour. */
export async function runCrashTests(checkout: string, selection: TestSelection): Promise<void> {
  await reportRun({ checkout, ...selection }, async (run) => {
    const paths = (await testFiles(checkout, 'test', /\.crash\.ts$/)).filter(selectedBy(selection));
    await runFiles(run, paths, deadlines.crashFile, 1);
  });
}

function selectedBy({ filter }: TestSelection): (name: string) => boolean {
  const words = expandGroups(filter);
  return (name) => words.length === 0 || words.some((word) => name.includes(word));
}

interface Run extends StageContext {
  seed: number | undefined;
  report(outcome: Outcome): void;
}

/** Runs tests until they end or are interrupted, prints each outcome when it arrives, and all failures at the end. */
async function reportRun(
  { checkout, seed }: { checkout: string; seed?: number },
  runAll: (run: Run) => Promise<void>,
): Promise<void> {
  const interrupted = new AbortController();
  const stop = (): void => interrupted.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  if (seed !== undefined) process.stderr.write(`tests run in random order, with seed ${String(seed)}\n`);
  const outcomes: Outcome[] = [];
  const report = (outcome: Outcome): void => {
    outcomes.push(outcome);
    progress(outcome);
  };
  await runAll({ checkout, stop: interrupted.signal, seed, report });
  if (interrupted.signal.aborted) report(broken('run', new Error('was interrupted before all tests ran')));
  if (outcomes.length === 0) report(broken('run', new Error('no stage and no test file matches')));
  print(outcomes);
  const { passed, failed } = total(outcomes);
  if (failed > 0 || passed === 0) process.exitCode = 1;
}

/** Runs each file in a process of its own, a few at a time. */
async function runFiles(run: Run, paths: readonly string[], deadlineSeconds: number, parallel = 2): Promise<void> {
  const queue = [...paths];
  const worker = async (): Promise<void> => {
    for (let path = queue.shift(); path && !run.stop.aborted; path = queue.shift()) {
      run.report(await runTestFile({ ...run, path, deadlineSeconds }));
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}

async function unitTestFiles(checkout: string): Promise<string[]> {
  return (await Promise.all(codeFolders.map((folder) => testFiles(checkout, folder)))).flat();
}

async function testFiles(checkout: string, folder: string, name = /\.test\.(ts|mjs)$/): Promise<string[]> {
  const names = await readdir(join(checkout, folder), { recursive: true }).catch(emptyIfMissing);
  return names
    .filter((path) => name.test(path) && !path.includes('node_modules'))
    .map((path) => join(folder, path))
    .sort();
}

function emptyIfMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

function broken(name: string, error: unknown): Outcome {
  const message = error instanceof Error ? error.message : String(error);
  return { name, seconds: 0, passed: 0, failed: 1, skipped: [], problems: [`${name}: ${message}`] };
}

function progress({ name, seconds, passed, failed, skipped }: Outcome): void {
  const counts = [`${String(passed)} passed`];
  if (failed > 0) counts.push(`${String(failed)} FAILED`);
  if (skipped.length > 0) counts.push(`${String(skipped.length)} skipped`);
  process.stderr.write(
    `${failed > 0 ? '✗' : '✓'} ${seconds.toFixed(1).padStart(6)} s  ${name}: ${counts.join(', ')}\n`,
  );
}

function print(outcomes: readonly Outcome[]): void {
  const skipped = outcomes.flatMap((outcome) => outcome.skipped);
  const problems = outcomes.flatMap((outcome) => outcome.problems);
  const blocks = [...skipped.map((why) => `skipped: ${why}`), ...problems.map((problem) => `\n✗ ${problem}`)];
  process.stdout.write([...blocks, lastLine(outcomes)].map((block) => `${block}\n`).join(''));
}
