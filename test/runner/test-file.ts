import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestLine } from '../reporter.ts';
import { runChild, type Child } from './child.ts';
import { timed, type Outcome } from './outcome.ts';

/** One test file to run in a process of its own. */
export interface TestFile extends Pick<Child, 'deadlineSeconds' | 'graceSeconds' | 'stop'> {
  checkout: string;
  /** Relative to the checkout. */
  path: string;
}

const tailLines = 60;

/** Runs one test file. It fails also when it has no test, ends badly after its tests, or leaves a process behind. */
export async function runTestFile({ checkout, path, ...limits }: TestFile): Promise<Outcome> {
  const scratch = await mkdtemp(join(tmpdir(), 'airlock-test-'));
  const events = join(scratch, 'events');
  const reporter = join(import.meta.dirname, '../reporter.ts');
  const args = [`--test-reporter=${reporter}`, `--test-reporter-destination=${events}`, path];
  try {
    return await timed(async () => {
      const ended = await runChild({ command: process.execPath, args, cwd: checkout, ...limits });
      const lines = parse(await readFile(events, 'utf8').catch(() => ''));
      return outcomeOf(path, lines, ended);
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function parse(events: string): TestLine[] {
  // The last line may be cut where a file was killed in the middle of it.
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
  if (!ended.ok && failures.length === 0 && own.length === 0) own.push('ended badly outside of its tests');
  for (const problem of own) problems.push(`${path}: ${problem}`);
  const tail = ended.output.trimEnd().split('\n').slice(-tailLines).join('\n');
  if (problems.length > 0 && tail) problems.push(`${path}: what it printed last\n${indent(tail)}`);
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
