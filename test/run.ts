import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { lastLine, type Outcome, total } from './runner/outcome.ts';
import { stages, type StageContext } from './runner/stages.ts';
import { runTestFile } from './runner/test-file.ts';

/** Folders whose tests stand beside the code and boot little. */
const beside = ['bin', 'src', 'workflows', 'clusters', 'sandbox', 'stack', 'demo', 'bench', 'tools'];
const deadlines = { beside: 90, booting: 420, crash: 2400 };

/**
 * What `npm test` does: the stages, the tests beside the code, then test/**, whose files boot real servers of their own;
 * two files at a time, because much of what they do is to wait. Progress goes to standard error; what failed and was skipped to standard output,
 * whose last line is `N passed, N failed, N skipped`. Sets exit code 1 on any failure, or when there was no test.
 * @param filter words; only stages and files whose name contains one of them run. All when empty.
 */
export async function runTests(checkout: string, filter: readonly string[] = []): Promise<void> {
  const wanted = wantedBy(filter);
  await telling(checkout, async (context, note) => {
    for (const stage of stages.filter(({ name }) => wanted(name))) {
      if (!context.stop.aborted) note(await stage.run(context).catch((error: unknown) => broken(stage.name, error)));
    }
    const near = (await Promise.all(beside.map((folder) => testFiles(checkout, folder)))).flat().filter(wanted);
    await inParallel(2, near, context, async (path) => note(await file(context, path, deadlines.beside)));
    const far = (await testFiles(checkout, 'test')).filter(wanted);
    await inParallel(2, far, context, async (path) => note(await file(context, path, deadlines.booting)));
  });
}

/** What `npm run test:crash` does: every kill point, of which `npm test` tries a sample. Takes a quarter of an hour. */
export async function runCrashTests(checkout: string, filter: readonly string[] = []): Promise<void> {
  await telling(checkout, async (context, note) => {
    const paths = (await testFiles(checkout, 'test', /\.crash\.ts$/)).filter(wantedBy(filter));
    await inParallel(1, paths, context, async (path) => note(await file(context, path, deadlines.crash)));
  });
}

function wantedBy(filter: readonly string[]): (name: string) => boolean {
  return (name) => filter.length === 0 || filter.some((word) => name.includes(word));
}

/** Runs something that can be interrupted, tells each outcome when it is there, and prints them all at the end. */
async function telling(
  checkout: string,
  run: (context: StageContext, note: (outcome: Outcome) => void) => Promise<void>,
): Promise<void> {
  const interrupted = new AbortController();
  const stop = (): void => interrupted.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const outcomes: Outcome[] = [];
  const note = (outcome: Outcome): void => {
    outcomes.push(outcome);
    progress(outcome);
  };
  await run({ checkout, stop: interrupted.signal }, note);
  if (interrupted.signal.aborted) note(broken('run', new Error('was interrupted; not everything ran')));
  if (outcomes.length === 0) note(broken('run', new Error('no stage and no test file matches')));
  print(outcomes);
  const { passed, failed } = total(outcomes);
  if (failed > 0 || passed === 0) process.exitCode = 1;
}

function file({ checkout, stop }: StageContext, path: string, deadlineSeconds: number): Promise<Outcome> {
  return runTestFile({ checkout, path, deadlineSeconds, stop });
}

async function testFiles(checkout: string, folder: string, name = /\.test\.(ts|mjs)$/): Promise<string[]> {
  const names = await readdir(join(checkout, folder), { recursive: true }).catch(nothingThere);
  return names
    .filter((path) => name.test(path) && !path.includes('node_modules'))
    .map((path) => join(folder, path))
    .sort();
}

function nothingThere(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

async function inParallel(
  lanes: number,
  paths: string[],
  { stop }: StageContext,
  run: (path: string) => Promise<void>,
): Promise<void> {
  const queue = [...paths];
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next && !stop.aborted; next = queue.shift()) await run(next);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

function broken(name: string, error: unknown): Outcome {
  const said = error instanceof Error ? error.message : String(error);
  return { name, seconds: 0, passed: 0, failed: 1, skipped: [], problems: [`${name}: ${said}`] };
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
