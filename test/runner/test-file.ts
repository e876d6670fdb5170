import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestLine } from '../reporter.ts';
import { runChild, type Child } from './child.ts';
import { timed, type Outcome } from './outcome.ts';

/** Test files to run in a process of their own. */
interface TestProcess extends Pick<Child, 'deadlineSeconds' | 'graceSeconds' | 'stop'> {
  checkout: string;
  /** Seed of a random order of a file's tests. */
  seed?: number | undefined;
}

/** One test file; its path is relative to the checkout. */
export interface TestFile extends TestProcess {
  path: string;
}

/** Several test files, which share one process; their paths are relative to the checkout. */
export interface TestFiles extends TestProcess {
  name: string;
  paths: string[];
}

const tailLines = 60;

/** Runs one test file. It also fails if it has no test, ends with an error after its tests, or leaves a process behind. */
export function runTestFile({ path, ...limits }: TestFile): Promise<Outcome> {
  return runTestProcess({ name: path, args: [path], ...limits });
}

/** Runs test files together, which saves the start of a process for each; for files that start no server. */
export function runTestFiles({ name, paths, ...limits }: TestFiles): Promise<Outcome> {
  return runTestProcess({ name, args: ['--test', '--test-isolation=none', ...paths], ...limits });
}

async function runTestProcess({
  checkout,
  name,
  args,
  seed,
  ...limits
}: TestProcess & { name: string; args: string[] }): Promise<Outcome> {
  const scratch = await mkdtemp(join(tmpdir(), 'airlock-test-'));
  const events = join(scratch, 'events');
  const reporter = join(import.meta.dirname, '../reporter.ts');
  const order = seed === undefined ? [] : ['--test-randomize', `--test-random-seed=${String(seed)}`];
  const reporting = [`--test-reporter=${reporter}`, `--test-reporter-destination=${events}`];
  try {
    return await timed(async () => {
      const ended = await runChild({
        command: process.execPath,
        args: [...reporting, ...order, ...args],
        cwd: checkout,
        ...limits,
      });
      const lines = parse(await readFile(events, 'utf8').catch(() => ''));
      return outcomeOf(name, lines, ended);
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function parse(events: string): TestLine[] {
  // The last line may be incomplete if the process was killed.
  const whole = events.slice(0, events.lastIndexOf('\n') + 1);
  return whole.split('\n').flatMap((line) => (line ? [JSON.parse(line) as TestLine] : []));
}

type Result = Omit<Outcome, 'seconds'>;

function outcomeOf(
  path: string,
  lines: TestLine[],
  ended: { ok: boolean; output: string; problems: string[] },
): Result {
  const failures = lines.filter((line) => line.outcome === 'failed');
  const problems = failures.map(({ name, why }) => `${path} > ${name}\n${indent(why)}`);
  const own = [...ended.problems];
  if (ended.ok && lines.length === 0) own.push('contains no test');
  if (!ended.ok && failures.length === 0 && own.length === 0) own.push('ended with an error outside its tests');
  for (const problem of own) problems.push(`${path}: ${problem}`);
  const tail = ended.output.trimEnd().split('\n').slice(-tailLines).join('\n');
  if (problems.length > 0 && tail) problems.push(`${path}: its last output\n${indent(tail)}`);
  return {
    name: path,
    passed: lines.filter((line) => line.outcome === 'passed').length,
    failed: failures.length + own.length,
    skipped: lines.flatMap(({ name, outcome, why }) => (outcome === 'skipped' ? [`${path} > ${name}: ${why}`] : [])),
    problems,
  };
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '    ');
}
